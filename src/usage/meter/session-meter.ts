import type { Json, Usage, UsageSource } from '../../types.ts'
import { addTurn, openaiRealtime } from '../shapes/openai-realtime.ts'
import { object, objects, quantity, text, usageOf } from '../shapes/reader.ts'
import { guessedTokens } from '../tokens/tokenizer.ts'
import { addDoubts } from './add-usage.ts'
import { saysSomething } from './believable.ts'

/** Pieces of audio are most of what passes: their length is enough. */
const AUDIO_PIECE = /"type"\s*:\s*"response\.(?:output_)?audio\.delta"/
const HEAD_CHARS = 200
/** All other messages that are parsed name one of these. */
const READ =
  /"(?:response\.(?:done|created|[\w.]+\.delta)|session\.(?:created|updated)|conversation\.item\.[\w.]+|input_audio_buffer\.speech_(?:started|stopped))"/

/** OpenAI counts a token for each 100 ms of audio that it hears, and for each 50 ms that it speaks (docs, "Realtime costs"). */
const MS_PER_TOKEN_HEARD = 100
/** 50 ms of the usual format, 24,000 samples a second of two bytes, in base64. */
const CHARS_PER_TOKEN_SPOKEN = 3_200
/** Speech has about four tokens of audio to a token of its words. A guess, where its length is not told. */
const TOKENS_HEARD_PER_WORD_TOKEN = 4
/** What is in the conversation beyond them is not counted: a model has forgotten it. */
const MAX_ITEMS = 1_000
/** Ended so, and without output, a response that states no usage was not billed. */
const UNBILLED = new Set(['failed', 'cancelled'])

interface Tokens {
  readonly text: number
  readonly audio: number
}

interface SessionReading {
  readonly usage?: Usage
  readonly usageSource: UsageSource
  readonly responseId?: string
}

type Handler = (meter: SessionMeter, document: Json) => void

/** Follows the messages that an upstream sends in one realtime session, and works out its usage. */
export class SessionMeter {
  readonly #items = new Map<string, Tokens>()
  #settingsTokens = 0
  /** Of the response that is under way: tokens of text, and characters of audio. */
  #written = 0
  #spokenChars = 0
  #isOpen = false
  #isEstimated = false
  #speechStartMs = 0
  #usage: Usage | undefined
  #responseId: string | undefined

  /** One message. Throws what is no JSON, if it had to be parsed. */
  read(message: string): void {
    if (AUDIO_PIECE.test(message.slice(0, HEAD_CHARS))) {
      this.#isOpen = true
      this.#spokenChars += message.length
    } else if (READ.test(message)) this.#take(object(JSON.parse(message)))
  }

  /** What is known by now. A response that has begun is counted as far as it has come. */
  get(): SessionReading {
    const usage = this.#isOpen ? addTurn(this.#usage, this.#estimate(0)) : this.#usage
    const usageSource = !usage ? 'none' : this.#isEstimated || this.#isOpen ? 'estimated' : 'reported'
    return { usage, usageSource, responseId: this.#responseId }
  }

  static readonly #ON: Readonly<Record<string, Handler>> = {
    'session.created': (meter, document) => meter.#keepSettings(document),
    'session.updated': (meter, document) => meter.#keepSettings(document),
    'conversation.item.created': (meter, { item }) => meter.#keepItem(object(item)),
    'conversation.item.added': (meter, { item }) => meter.#keepItem(object(item)),
    'conversation.item.done': (meter, { item }) => meter.#keepItem(object(item)),
    'conversation.item.deleted': (meter, { item_id }) => void meter.#items.delete(String(item_id)),
    'conversation.item.input_audio_transcription.completed': (meter, document) => meter.#keepTranscript(document),
    'input_audio_buffer.speech_started': (meter, { audio_start_ms }) => {
      meter.#speechStartMs = quantity(audio_start_ms)
    },
    'input_audio_buffer.speech_stopped': (meter, document) => meter.#keepSpeech(document),
    'response.created': (meter) => meter.#begin(true),
    'response.done': (meter, document) => meter.#endResponse(document),
  }

  #take(document: Json): void {
    const type = text(document.type) ?? ''
    this.#responseId ??= openaiRealtime.idOf?.(document)
    const handler = Object.hasOwn(SessionMeter.#ON, type) ? SessionMeter.#ON[type] : undefined
    if (handler) handler(this, document)
    else if (type.endsWith('.delta')) this.#written += tokensIn(document.delta)
  }

  #begin(isOpen: boolean): void {
    this.#isOpen = isOpen
    this.#written = 0
    this.#spokenChars = 0
  }

  #keepSettings(document: Json): void {
    const { instructions, tools } = object(document.session)
    this.#settingsTokens = tokensIn(instructions) + (Array.isArray(tools) ? tokensIn(JSON.stringify(tools)) : 0)
    this.#usage = openaiRealtime.read(document, this.#usage)
  }

  /** It may be told more than once, with more of its text each time. */
  #keepItem(item: Json): void {
    const before = this.#items.get(String(item.id))
    this.#keep(item.id, { text: Math.max(before?.text ?? 0, textIn(item)), audio: before?.audio ?? 0 })
  }

  #keepSpeech({ item_id, audio_end_ms }: Json): void {
    const heardMs = quantity(audio_end_ms) - this.#speechStartMs
    this.#keep(item_id, { text: 0, audio: Math.max(0, Math.ceil(heardMs / MS_PER_TOKEN_HEARD)) })
  }

  #keep(id: unknown, tokens: Tokens): void {
    if (this.#items.size < MAX_ITEMS || this.#items.has(String(id))) this.#items.set(String(id), tokens)
  }

  #keepTranscript(document: Json): void {
    const said = openaiRealtime.read(document, undefined)?.others?.at(-1)?.usage
    const isSilent = !said || !saysSomething(said)
    const told = isSilent ? { ...document, usage: this.#heardUsage(document) } : document
    this.#isEstimated ||= isSilent
    const usage = openaiRealtime.read(told, this.#usage)
    this.#usage = usage && { ...usage, doubts: addDoubts(usage.doubts, doubtsOfOther(said)) }
  }

  /** Of a transcript without usage: its length, and that of the speech it was made from. */
  #heardUsage({ item_id, transcript }: Json): Json {
    const output = tokensIn(transcript)
    const audio = this.#items.get(String(item_id))?.audio || output * TOKENS_HEARD_PER_WORD_TOKEN
    const model = this.#usage?.others?.at(-1)?.model ?? ''
    // Of the models that hear, OpenAI's first one is billed by time, the others by tokens.
    return model.includes('whisper')
      ? { seconds: (audio * MS_PER_TOKEN_HEARD) / 1_000 }
      : { input_tokens: audio, input_token_details: { audio_tokens: audio }, output_tokens: output }
  }

  #endResponse(document: Json): void {
    const response = object(document.response)
    const output = objects(response.output)
    const said = output.reduce((sum, item) => sum + textIn(item), 0)
    const hasOutput = said + this.#written + this.#spokenChars > 0
    const read = openaiRealtime.read(document, undefined)
    if (read && !lacksInput(read) && !(hasOutput && read.completionTokens === 0)) {
      this.#usage = addTurn(this.#usage, read)
    } else if (hasOutput || read?.doubts || !UNBILLED.has(String(response.status))) {
      this.#isEstimated = true
      this.#usage = addTurn(this.#usage, completed(read, this.#estimate(said)))
    }
    for (const item of output) this.#keep(item.id, { text: textIn(item), audio: this.#spokenTokens() })
    this.#begin(false)
  }

  /** A response by its length, and by that of the conversation before it. `saidTokens`: of its text, where it is known. */
  #estimate(saidTokens: number): Usage {
    const input = { text: this.#settingsTokens, audio: 0 }
    for (const item of this.#items.values()) {
      input.text += item.text
      input.audio += item.audio
    }
    const output = { text: Math.max(saidTokens, this.#written), audio: this.#spokenTokens() }
    return usageOf({
      promptTokens: input.text + input.audio,
      completionTokens: output.text + output.audio,
      promptDetails: input,
      completionDetails: output,
      raw: null,
    })
  }

  #spokenTokens(): number {
    return Math.ceil(this.#spokenChars / CHARS_PER_TOKEN_SPOKEN)
  }
}

function doubtsOfOther(usage: Usage | undefined): Usage['doubts'] {
  return usage?.doubts?.map((doubt) => ({ ...doubt, figure: `others.${doubt.figure}` }))
}

function lacksInput({ promptTokens, cacheReadTokens }: Usage): boolean {
  return promptTokens + cacheReadTokens === 0
}

/** What the provider has said, its missing side estimated. */
function completed(read: Usage | undefined, estimate: Usage): Usage {
  if (!read) return estimate
  const { promptTokens, promptDetails, completionTokens, completionDetails } = estimate
  return {
    ...read,
    ...(lacksInput(read) ? { promptTokens, promptDetails } : {}),
    ...(read.completionTokens === 0 ? { completionTokens, completionDetails } : {}),
  }
}

/** Texts, transcripts and arguments of an item. */
function textIn(item: Json): number {
  const parts = objects(item.content).map((part) => tokensIn(text(part.text) ?? part.transcript))
  return [...parts, tokensIn(item.arguments), tokensIn(item.output)].reduce((sum, tokens) => sum + tokens, 0)
}

function tokensIn(value: unknown): number {
  return typeof value === 'string' ? guessedTokens(Buffer.byteLength(value)) : 0
}
