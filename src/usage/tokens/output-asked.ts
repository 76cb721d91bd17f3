import type { Json } from '../../types.ts'

/** Objects of a request body that parameters may stand in, beside the body itself. */
const GROUPS: ReadonlySet<string> = new Set([
  'generationconfig',
  'inferenceconfig',
  'textgenerationconfig',
  'options',
  'parameters',
])
/** Every name of a limit on output tokens, in the spelling of `plain`. */
const LIMITS: ReadonlySet<string> = new Set([
  ...['maxtokens', 'maxcompletiontokens', 'maxoutputtokens', 'maxtokenstosample', 'maxgenlen', 'maxnewtokens'],
  ...['maxtokencount', 'numpredict'],
])
/** Every name of a number of answers. Of `n` and `best_of` the larger is what the provider makes. */
const ANSWERS: ReadonlySet<string> = new Set(['n', 'bestof', 'candidatecount', 'numgenerations'])

/**
 * The limits that the API of a shape applies, as `group.name`. Only these bound its output: a provider ignores the names
 * of other APIs. Shapes that are not listed: every limit.
 */
const APPLIED: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': ['maxtokens', 'maxcompletiontokens'],
  'openai-completions': ['maxtokens'],
  'openai-responses': ['maxoutputtokens'],
  'anthropic-messages': ['maxtokens'],
  'vertex-anthropic': ['maxtokens'],
  'cohere-chat': ['maxtokens'],
  'gemini-generate': ['generationconfig.maxoutputtokens'],
  'bedrock-converse': ['inferenceconfig.maxtokens'],
  'ollama-chat': ['options.numpredict'],
  'ollama-generate': ['options.numpredict'],
}

/** What a request says of its output. */
export interface OutputAsked {
  /** The largest of all limits that it states, in tokens, under any name and spelling. 0: it states none. */
  readonly limit: number
  /** The API applies a limit that is stated, and each of these is a whole number of tokens: more is not made. */
  readonly isLimited: boolean
  /** How many answers it asks for: at least 1. */
  readonly answers: number
}

/** What a request says of its output. `shape`: the API that reads it. Absent: it may be any. */
export function outputAsked(request: Json = {}, shape?: string): OutputAsked {
  const params = paramsOf(request)
  const limits = params.filter(({ name }) => LIMITS.has(name))
  const applied = limits.filter((param) => isApplied(shape, param))
  return {
    limit: Math.max(0, ...limits.map(({ value }) => countOf(value))),
    isLimited: applied.length > 0 && applied.every(({ value }) => isWhole(value)),
    answers: answersOf(shape, request, params),
  }
}

interface Param {
  /** Empty for the body itself and for `extra_body`, whose members become members of the body. */
  readonly group: string
  readonly name: string
  readonly value: unknown
}

function paramsOf(json: Json): readonly Param[] {
  const extra = json.extra_body
  return typeof extra === 'object' && extra !== null ? [...paramsIn(json), ...paramsIn(extra as Json)] : paramsIn(json)
}

function paramsIn(members: Json, group = ''): readonly Param[] {
  return Object.entries(members).flatMap(([key, value]) => {
    if (value === null || value === undefined) return []
    const name = plain(key)
    if (LIMITS.has(name) || ANSWERS.has(name)) return [{ group, name, value }]
    return group === '' && GROUPS.has(name) && typeof value === 'object' ? paramsIn(value as Json, name) : []
  })
}

/** `maxOutputTokens` and `max_output_tokens` are one name: Google's APIs take both. */
function plain(key: string): string {
  return key.length > 40 ? key : key.replaceAll('_', '').toLowerCase()
}

function isApplied(shape: string | undefined, { group, name }: Param): boolean {
  const names = shape === undefined ? undefined : APPLIED[shape]
  return names === undefined || names.includes(group === '' ? name : `${group}.${name}`)
}

function answersOf(shape = 'openai-completions', { prompt }: Json, params: readonly Param[]): number {
  const asked = params.filter(({ name }) => ANSWERS.has(name)).map(({ value }) => countOf(value))
  // The completions API answers each text of a list, and each list of tokens.
  const isList = shape === 'openai-completions' && Array.isArray(prompt) && typeof prompt[0] !== 'number'
  return Math.max(1, ...asked) * (isList ? Math.max(1, prompt.length) : 1)
}

/** Providers take numbers as texts too: Google's APIs always, others as their parsers allow. */
function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : Number.NaN
}

function countOf(value: unknown): number {
  return Math.max(0, Math.ceil(numberOf(value) || 0))
}

/** A provider may ignore a fraction, 0, a negative number, or what is no number at all. */
function isWhole(value: unknown): boolean {
  const number = numberOf(value)
  return Number.isInteger(number) && number >= 1
}
