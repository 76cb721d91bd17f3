import type { Json } from '../../src/index.ts'
import { type RecordedRequest, type Script, sendJson } from './upstream.ts'

/** The kinds of resources that OpenAI keeps, with the form of their ids. */
const PREFIXES: Readonly<Record<string, string>> = {
  files: 'file-',
  batches: 'batch_',
  vector_stores: 'vs_',
  assistants: 'asst_',
  threads: 'thread_',
  containers: 'cntr_',
  'fine_tuning/jobs': 'ftjob-',
  responses: 'resp_',
}
/** What a response is made of. */
const ITEMS = { reasoning: 'rs_', message: 'msg_' } as const
const NAMED = ['input_file_id', 'training_file', 'previous_response_id', 'file_id', 'vector_store_ids'] as const

export interface KeptResources {
  readonly script: Script
  /** Something that was made without the gateway. */
  keep(kind: string, more?: Json): string
  /** Gives a file its content. */
  fill(id: string, content: string): void
  readonly asked: string[]
}

/**
 * OpenAI's resources, as strict as OpenAI: one account sees all of its own, and what a request names must exist. Lists
 * have the newest first and at most `limit` items. `account`: digits that its ids begin with.
 */
export function keptResources(account = ''): KeptResources {
  const kept = new Map<string, Json>()
  const asked: string[] = []
  let count = 0

  return { script, keep, fill, asked }

  function keep(kind: string, more: Json = {}): string {
    const id = `${PREFIXES[kind]}${account}${String(++count).padStart(6 - account.length, '0')}`
    const object = kind === 'responses' ? 'response' : kind.replace('/', '.').replace(/(?<=batch)e?s$|s$/, '')
    kept.set(id, { id, object, kind, ...more })
    return id
  }

  function fill(id: string, content: string): void {
    kept.set(id, { ...kept.get(id), content })
  }

  function script(...[res, request]: Parameters<Script>): unknown {
    const { method, url, body } = request
    asked.push(`${method} ${url}`)
    const { pathname, searchParams } = new URL(url, 'http://upstream')
    const kind = Object.keys(PREFIXES).find((name) => pathname.startsWith(`/v1/${name}`))
    if (!kind) return sendJson(res, 404, { error: { message: 'Unknown request URL', type: 'invalid_request_error' } })
    const [id, below] = pathname.slice(`/v1/${kind}`.length).split('/').filter(Boolean)
    const json = jsonOf(request)
    const missing = namedIn(json).find((name) => !kept.has(name))
    if (missing) return notFound(missing)
    if (id === undefined) return method === 'GET' ? list(kind, searchParams) : make(kind, json)
    if (!kept.has(id)) return notFound(id)
    if (method === 'DELETE') kept.delete(id)
    if (below === 'content') {
      return res.writeHead(200, { 'content-type': 'application/octet-stream' }).end(kept.get(id)?.content ?? body)
    }
    return sendJson(res, 200, method === 'DELETE' ? { id, deleted: true } : kept.get(id))

    function notFound(name: string) {
      const message = `No such object: ${name}`
      sendJson(res, 404, { error: { message, type: 'invalid_request_error', param: null, code: null } })
    }

    function make(made: string, named: Json) {
      const output = made === 'batches' ? { output_file_id: keep('files'), status: 'in_progress' } : {}
      const answer = made === 'responses' ? { ...responseOf(named), output: itemsOf() } : output
      const found = kept.get(keep(made, { ...answer, metadata: named.metadata ?? {} }))!
      if (named.stream !== true) return sendJson(res, 200, found)
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const type of ['response.created', 'response.completed']) {
        res.write(`event: ${type}\ndata: ${JSON.stringify({ type, response: found })}\n\n`)
      }
      res.end()
    }

    function itemsOf() {
      return Object.entries(ITEMS).map(([type, prefix]) => {
        const item = `${prefix}${account}${++count}`
        kept.set(item, { id: item, type })
        return { id: item, type }
      })
    }

    function list(listed: string, query: URLSearchParams) {
      const all = [...kept.values()].filter((one) => one.kind === listed).reverse()
      const after = all.findIndex((one) => one.id === query.get('after'))
      const from = all.slice(after + 1)
      const data = from.slice(0, Number(query.get('limit') ?? 20))
      sendJson(res, 200, {
        object: 'list',
        data,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
        has_more: from.length > data.length,
      })
    }
  }
}

function responseOf({ model, store = true }: Json): Json {
  const usage = { input_tokens: 10, output_tokens: 20, total_tokens: 30 }
  return { status: 'completed', model, store, usage }
}

function jsonOf({ headers, body }: RecordedRequest): Json {
  return String(headers['content-type']).startsWith('application/json') && body.length > 0
    ? JSON.parse(body.toString())
    : {}
}

function namedIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if ((value as Json).type === 'item_reference') return [String((value as Json).id)]
  return Object.entries(value).flatMap(([name, member]) => {
    if (name === 'metadata' || name === 'parameters') return []
    return (NAMED as readonly string[]).includes(name) ? [member].flat().map(String) : namedIn(member)
  })
}
