import { createHash } from 'node:crypto'
import type { Difference } from './differences.ts'
import { MANAGEMENT_CASES, type ManagementCase } from './management-cases.ts'

/** One of the two: where it is, and what its answers have said so far. */
interface Side {
  readonly url: string
  readonly word: string
  readonly saved: Map<string, string>
}

export interface ManagementOptions {
  readonly litellm: string
  readonly gateway: string
  readonly masterKey: string
  /** A word that no earlier run has used. */
  readonly run: string
  readonly tell: (path: string, difference: Difference) => void
}

/** Sends the management calls to both, one after the other, and tells each difference of status, members and their forms. */
export async function compareManagement({
  litellm,
  gateway,
  masterKey,
  run,
  tell,
}: ManagementOptions): Promise<number> {
  const secrets = [
    ['none', ''],
    ['unknown', `sk-nobody-${run}`],
    ['malformed', 'not-a-key'],
  ] as const
  // In the middle: the ends of ids and secrets are shown in messages.
  const wordOf = (side: string) => run.slice(0, 4) + side + run.slice(4)
  const [theirs, ours] = [sideOf(litellm, wordOf('l')), sideOf(gateway, wordOf('g'))]
  for (const each of MANAGEMENT_CASES) {
    const [a, b] = await Promise.all([theirs, ours].map((side) => answerOf(side, each)))
    const found = a!.status === b!.status ? compare(a, b, 'answer') : [{ path: 'answer > status', theirs: a, ours: b }]
    for (const difference of found) tell(`${each.name} > ${difference.path}`, difference)
  }
  return MANAGEMENT_CASES.length

  function sideOf(url: string, word: string): Side {
    return { url, word, saved: new Map(secrets) }
  }

  async function answerOf(side: Side, each: ManagementCase): Promise<{ status: number; body: unknown }> {
    const fill = (text: string) =>
      text.replace(/<(\w+)>/g, (_, name) => (name === 'U' ? side.word : (side.saved.get(name) ?? `no-${name}`)))
    const secret = each.as === undefined ? masterKey : (side.saved.get(each.as) ?? `sk-no-${each.as}`)
    const response = await fetch((each.here ? gateway : side.url) + fill(each.path), {
      method: each.method ?? (each.body === undefined ? 'GET' : 'POST'),
      headers: { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) },
      ...(each.body !== undefined && { body: fill(JSON.stringify(each.body)) }),
    })
    const text = await response.text()
    const body = parsed(text)
    if (typeof body === 'object' && body !== null) {
      for (const [name, member] of Object.entries(each.save ?? {})) {
        const value = (body as Record<string, unknown>)[member]
        if (typeof value === 'string') side.saved.set(name, value)
      }
    }
    const named = withNames(text, side)
    return { status: response.status, body: each.own ? ownOf(parsed(named)) : parsed(named) }
  }
}

/** What stands for a value of one side alone, so that both sides' answers are the same text. */
function withNames(text: string, { word, saved }: Side): string {
  let named = text.replaceAll(word, '<U>')
  for (const [name, value] of saved) {
    if (value.length < 10) continue
    named = named.replaceAll(value, `<${name}>`)
    named = named.replaceAll(createHash('sha256').update(value).digest('hex'), `<${name}#>`)
  }
  return named
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\b[0-9a-f]{64}\b/g, '<hash>')
    .replace(/\b[0-9a-f]{32}\b/g, '<hex>')
    .replace(/sk-\.\.\.[\w-]{4}/g, 'sk-...<end>')
    .replace(/sk-[\w-]{22}(?=")/g, '<secret>')
    .replace(/\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?/g, (_, t, fraction = '') => {
      // Python leaves out microseconds that are 0: in one of a thousand times.
      return `<day>${t}<time>${fraction.length === 7 ? '' : fraction.replace(/\d/g, '0')}`
    })
}

/** JSON in which a number that is written as a float stays one: `0.0` is not `0`. */
function parsed(text: string): unknown {
  const keep = (_: string, value: unknown, context?: { readonly source?: string }) =>
    Number.isInteger(value) && /[.e]/.test(context?.source ?? '') ? `float ${context?.source}` : value
  try {
    return JSON.parse(text, keep as (name: string, value: unknown) => unknown)
  } catch {
    return text.slice(0, 200)
  }
}

/** The elements of a list, or of the lists that an object has, that name something of this side. */
function ownOf(body: unknown): unknown {
  if (Array.isArray(body)) {
    const own = body.map((one) => JSON.stringify(one)).filter((text) => text.includes('<U>'))
    return own.toSorted().map((text) => JSON.parse(text))
  }
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? ownOf(value) : value]),
  )
}

/** Where two answers differ: members, types, null against absent, and the order of members. */
function compare(theirs: unknown, ours: unknown, path: string): Difference[] {
  if (!isNested(theirs) || !isNested(ours) || Array.isArray(theirs) !== Array.isArray(ours)) {
    return theirs === ours ? [] : [{ path, theirs, ours }]
  }
  const [a, b] = UNORDERED.test(path) ? [sorted(theirs), sorted(ours)] : [theirs, ours]
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  const found = names.flatMap((name) =>
    compare(a[name], b[name], path === 'answer' ? `answer > ${name}` : `${path}.${name}`),
  )
  const [first, second] = [a, b].map((one, index) =>
    Object.keys(one)
      .filter((name) => name in [b, a][index]!)
      .join(' '),
  )
  return first === second ? found : [...found, { path: `${path} order`, theirs: first, ours: second }]
}

/** Lists whose order is the database's. */
const UNORDERED = /\.(keys|team_memberships)$/

function sorted(list: Record<string, unknown>): Record<string, unknown> {
  const texts = Object.values(list).map((one) => JSON.stringify(one))
  return { ...texts.toSorted().map((text) => JSON.parse(text) as unknown) }
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
