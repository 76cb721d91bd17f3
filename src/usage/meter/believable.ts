import type { Json, ModalityTokens, Quantities, Usage, UsageDoubt } from '../../types.ts'
import { count, object, quantity } from '../shapes/reader.ts'
import { outputAsked } from '../tokens/output-asked.ts'

/** What the figures of an answer are compared with. */
export interface Evidence {
  readonly request: Json | undefined
  /** What the request alone says is billed. */
  readonly asked: Usage | undefined
  /** The answer's length in bytes, as far as it was read. */
  readonly answerBytes: number
}

/** Whether a provider's usage counts anything. An empty object, nulls and names that are not known count nothing. */
export function saysSomething(usage: Usage): boolean {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, others = [] } = usage
  if (promptTokens > 0 || completionTokens > 0 || cacheReadTokens > 0 || cacheWriteTokens > 0) return true
  if (others.length > 0) return true
  return [usage.promptDetails, usage.completionDetails, usage.quantities].some((part) =>
    Object.values(part).some((figure) => figure > 0),
  )
}

/** Models read no more than this in one call (the largest context windows have ten million tokens), searches included. */
const MOST_INPUT_TOKENS = 20_000_000
/** Of a request that brings all of its input itself: what providers add to it is far less. */
const MOST_ADDED_TOKENS = 1_000_000
/** A stated limit binds each of the steps that a provider takes by itself, and some do not count reasoning within it. */
const STEPS = 16
const MOST_REASONING_TOKENS = 100_000
/** Without a stated limit, for each answer. The longest that a model gives are a quarter of it. */
const MOST_OUTPUT_TOKENS = 1_000_000
/** No call costs more. */
const MOST_DOLLARS = 10_000

/** In one call. Seconds: a day. */
const MOST: Readonly<Required<Quantities>> = {
  images: 1_000,
  inputImages: 10_000,
  characters: 10_000_000,
  seconds: 86_400,
  audioSeconds: 86_400,
  videoSeconds: 86_400,
  pages: 10_000,
  annotatedPages: 10_000,
  searchUnits: 10_000,
  webSearches: 1_000,
  fileSearches: 1_000,
  codeSessions: 1_000,
  citationTokens: MOST_INPUT_TOKENS,
}

/**
 * A provider's usage without the figures that request and answer cannot mean; `doubts` names them. Input and output that
 * are not believed are 0, to be counted; parts and quantities are cut to the most that they can be.
 */
export function believable(usage: Usage, evidence: Evidence): Usage {
  const doubts: UsageDoubt[] = []
  const doubt = (figure: string, read: number, most: number) =>
    void doubts.push({ figure, reported: originalOf(usage.raw, figure, read), most })
  const known = withinSides(usage, evidence, doubt)
  const bounded = {
    ...known,
    promptDetails: inputSplit(known, evidence, doubt),
    completionDetails: outputSplit(known, doubt),
    quantities: boundedQuantities(known.quantities, evidence.asked, doubt),
    ...(known.others && { others: known.others.map((other) => ({ ...other, usage: ofOther(other.usage, doubts) })) }),
  }
  return believableBill(doubts.length > 0 ? { ...bounded, doubts } : usage)
}

type Doubt = (figure: string, read: number, most: number) => void

function withinSides(usage: Usage, { request, answerBytes }: Evidence, doubt: Doubt): Usage {
  const { promptTokens, completionTokens } = usage
  let known = usage
  // LiteLLM charges caches beyond the prompt, which some providers leave out of it.
  const split = usage.cacheWrite1hTokens + (usage.cacheWrite5mTokens ?? 0)
  const input = Math.max(promptTokens, usage.cacheReadTokens + Math.max(usage.cacheWriteTokens, split))
  if (input > MOST_ADDED_TOKENS && input > mostInput(request)) {
    doubt('prompt_tokens', input, mostInput(request))
    known = { ...known, promptTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0 }
    known = { ...known, promptDetails: {}, cacheReadDetails: undefined, cacheWrite5mTokens: undefined }
  }
  if (completionTokens > MOST_REASONING_TOKENS && completionTokens > mostOutput(request, answerBytes)) {
    doubt('completion_tokens', completionTokens, mostOutput(request, answerBytes))
    known = { ...known, completionTokens: 0, reasoningTokens: 0, completionDetails: {} }
  }
  return known
}

/** A token is a byte of the request at least. */
function mostInput(request: Json | undefined): number {
  const brought = request ? Buffer.byteLength(JSON.stringify(request)) : 0
  return brought + (request && bringsAll(request) ? MOST_ADDED_TOKENS : MOST_INPUT_TOKENS)
}

/** Members of a request by which a provider reads more than stands in it. */
const REFERENCES = [
  'tools',
  'previous_response_id',
  'conversation',
  'cachedContent',
  'cached_content',
  'web_search_options',
  'search_parameters',
  'mcp_servers',
  'container',
  'plugins',
  'documents',
  'attachments',
]
/** Members, at any depth, that name a file or an address. */
const FILES = /"(?:file_id|file_data|file_url|file_uri|fileUri|url|s3Location|image_url|video_url)":/

function bringsAll(request: Json): boolean {
  const refers = REFERENCES.some((name) => request[name] != null) || typeof object(request.prompt).id === 'string'
  return !refers && !FILES.test(JSON.stringify(request))
}

/** Each token of a text is a byte of the answer at least; reasoning may be left out of it, but not of a stated limit. */
function mostOutput(request: Json | undefined, answerBytes: number): number {
  const { limit, answers } = outputAsked(request)
  const asked = limit > 0 ? limit * answers * STEPS + MOST_REASONING_TOKENS : answers * MOST_OUTPUT_TOKENS
  return Math.max(asked, answerBytes)
}

/**
 * Parts of the input may add up to more than the total, and are billed then as LiteLLM bills them; but not beyond the
 * request that they are parts of.
 */
function inputSplit({ promptDetails, promptTokens }: Usage, { request }: Evidence, doubt: Doubt): ModalityTokens {
  const largest = Math.max(0, ...Object.values(promptDetails))
  if (largest <= promptTokens) return promptDetails
  const most = Math.max(promptTokens, request ? Buffer.byteLength(JSON.stringify(request)) : MOST_ADDED_TOKENS)
  return largest <= most ? promptDetails : splitWithin(promptDetails, promptTokens, 'prompt', doubt)
}

function outputSplit({ completionDetails, completionTokens }: Usage, doubt: Doubt): ModalityTokens {
  const sum = Object.values(completionDetails).reduce((total, tokens) => total + tokens, 0)
  if (sum <= completionTokens) return completionDetails
  return splitWithin(completionDetails, completionTokens, 'completion', doubt)
}

const MODALITIES = ['audio', 'image', 'video', 'text'] as const

/** The dearest first: what is left is text. */
function splitWithin(split: ModalityTokens, total: number, side: string, doubt: Doubt): ModalityTokens {
  const cut: { -readonly [name in keyof ModalityTokens]: number } = {}
  let left = total
  for (const name of MODALITIES) {
    const tokens = split[name]
    if (tokens === undefined) continue
    if (tokens > total) doubt(`${side}_tokens_details.${name}_tokens`, tokens, total)
    cut[name] = Math.min(tokens, left)
    left -= cut[name]
  }
  return cut
}

function boundedQuantities(quantities: Quantities, asked: Usage | undefined, doubt: Doubt): Quantities {
  const absurd = (Object.entries(quantities) as [keyof Quantities, number][]).filter(
    ([name, amount]) => amount > MOST[name],
  )
  if (absurd.length === 0) return quantities
  const bounded = absurd.map(([name, amount]) => {
    const most = Math.min(asked?.quantities[name] ?? MOST[name], MOST[name])
    doubt(name, amount, most)
    return [name, most] as const
  })
  return { ...quantities, ...Object.fromEntries(bounded) }
}

/** The same for the bill, which may stand beside the answer. */
export function believableBill(usage: Usage): Usage {
  const { statedCost = 0, doubts = [] } = usage
  if (statedCost <= MOST_DOLLARS) return usage
  const doubt = { figure: 'cost', reported: statedCost, most: MOST_DOLLARS }
  return { ...usage, statedCost: undefined, doubts: [...doubts, doubt] }
}

/** What another model did on the way: nothing of it can be counted here. */
function ofOther(usage: Usage, doubts: UsageDoubt[]): Usage {
  const known = believable(usage, { request: undefined, asked: undefined, answerBytes: 0 })
  for (const one of known.doubts ?? []) doubts.push({ ...one, figure: `others.${one.figure}` })
  return known
}

/** The provider's own number, which was cut when it was read: that of the figure's name, where several were. */
function originalOf(raw: unknown, figure: string, read: number): number {
  const cut = figuresIn(raw, '', 0).filter(({ value }) => count(value) === read || value === read)
  return (cut.find(({ path }) => path.endsWith(figure)) ?? cut[0])?.value ?? read
}

const MAX_DEPTH = 4

function figuresIn(raw: unknown, path: string, depth: number): readonly { path: string; value: number }[] {
  if (typeof raw === 'object' && raw !== null) {
    const members = depth < MAX_DEPTH ? Object.entries(raw) : []
    return members.flatMap(([member, value]) => figuresIn(value, `${path}.${member}`, depth + 1))
  }
  const value = quantity(raw)
  return value > 0 ? [{ path, value }] : []
}
