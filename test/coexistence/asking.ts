import { createHash, randomUUID } from 'node:crypto'
import type { CoexistenceCase } from './cases.ts'
import { modelsAt } from './models.ts'

/** Names of this run, so that runs do not meet. */
export const run = randomUUID().slice(0, 8)

/** What a call's key and answer were. */
export interface Asked {
  /** The hash of the key. */
  readonly key: string
  readonly answer: object
}

/** An invented model stays one. */
export function nameOf(model: string): string {
  return model in modelsAt('') ? `${model}-${run}` : model
}

/** What tells the ids of one side from those of the other. */
function twinOf(side: string): string {
  return `-${new URL(side).port}-${run}`
}

/** A value without what tells the two sides apart. */
export function neutral(side: string, value: object): object {
  return JSON.parse(JSON.stringify(value).replaceAll(twinOf(side), ''))
}

/** Sends the call of a case to `side`, with a key that `maker` has made for it. */
export async function ask(side: string, maker: string, master: string, each: CoexistenceCase): Promise<Asked> {
  const { path, before = 0, leaves, method = 'POST' } = each
  const secret = each.secret ?? (await makeKey(maker, master, each, twinOf(side)))
  // A row has to be found by the key: unknown ones are other ones on both sides.
  const sent = each.secret && each.secret !== '' ? secret + twinOf(side) : secret
  const options = { method, body: named(each.body), headers: each.headers, leaves }
  for (let at = 0; at < before; at++) await request(side, path, sent, options)
  const answer = await request(side, path, sent, options)
  return { key: createHash('sha256').update(sent).digest('hex'), answer }
}

async function makeKey(maker: string, master: string, each: CoexistenceCase, twin: string) {
  const { key = {}, team, user, afterwards } = each
  const id = each.name.replaceAll(' ', '-') + twin
  const owners = {
    ...(team && { team_id: (await made(maker, master, '/team/new', { team_id: id, ...allowed(team) })).team_id }),
    ...(user && { user_id: (await made(maker, master, '/user/new', { user_id: id, ...allowed(user) })).user_id }),
  }
  const { key: secret } = await made(maker, master, '/key/generate', { ...owners, ...allowed(key) })
  if (afterwards) await made(maker, master, afterwards, { key: secret })
  return secret as string
}

function allowed(object: object): object {
  return 'models' in object ? { ...object, models: (object.models as string[]).map(nameOf) } : object
}

function named(body: CoexistenceCase['body']): CoexistenceCase['body'] {
  if (body instanceof FormData) {
    const form = new FormData()
    for (const [name, value] of body) form.set(name, name === 'model' ? nameOf(String(value)) : value)
    return form
  }
  return typeof body === 'object' && 'model' in body ? { ...body, model: nameOf(String(body.model)) } : body
}

/** What a management endpoint answers with. Throws where that is an error. */
export async function made(side: string, master: string, path: string, body: object): Promise<Record<string, unknown>> {
  const answer = (await request(side, path, master, { body })) as Record<string, unknown>
  if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`)
  return answer
}

interface RequestOptions {
  readonly method?: string
  readonly body?: CoexistenceCase['body']
  readonly headers?: CoexistenceCase['headers']
  readonly leaves?: boolean | undefined
}

async function request(side: string, path: string, key: string, { method = 'POST', ...options }: RequestOptions) {
  const { body, leaves } = options
  const isRaw = body === undefined || typeof body === 'string' || body instanceof FormData
  const leaving = new AbortController()
  const response = await fetch(side + path, {
    method,
    signal: leaving.signal,
    headers: {
      ...(key !== '' && { authorization: `Bearer ${key}` }),
      ...(!(body instanceof FormData) && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body: isRaw ? body : JSON.stringify(body),
  })
  const { status } = response
  const headers = told(response.headers)
  if (leaves) {
    await response.body?.getReader().read()
    leaving.abort()
    return { status, headers }
  }
  const text = await response.text()
  if (text.startsWith('{')) return { ...JSON.parse(text), status, headers }
  return { status, headers, text: text.replace(/"(id|responseId)": ?"[^"]*"/g, '') }
}

/** LiteLLM's own headers. Of each provider's only that they are there. */
function told(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => /^(x-litellm-|x-ratelimit-|llm_provider-|retry-after|www-authenticate)/.test(name))
      .map(([name, value]) => [name, name.startsWith('llm_provider-') ? 'told' : value]),
  )
}
