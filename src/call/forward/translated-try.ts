import { failureOfAnswer } from '../../models/routing/cooldown/error-class.ts'
import { retryAfterMsOf } from '../../models/routing/cooldown/retry-after.ts'
import type { ChatError } from '../../translation/chat.ts'
import type { Json } from '../../types.ts'
import { answerJson } from '../answer/answer.ts'
import { errorOf, outcomeErrorOf } from '../answer/outcome-of.ts'
import { upstreamWords } from '../answer/upstream-words.ts'
import { type AnswerHead, type AnswerTranslation, isOver, type RelayOptions, type TryEnd } from './answer-body.ts'

/** An answer, or an event of one, that does not fit into this is given up: it has to be held to be translated. */
export const MAX_HELD_BYTES = 64 << 20

/** The options of an answer that is translated. */
export interface TranslatedOptions extends RelayOptions {
  readonly translated: AnswerTranslation
}

/** What a client is told instead of an answer. */
export const UNREADABLE: ChatError = {
  status: 502,
  type: 'upstream_error',
  message: 'The upstream answered with something that is no JSON object, or too large to be translated.',
}
export const UNTRANSLATABLE: ChatError = {
  status: 502,
  type: 'upstream_error',
  message: 'The answer of the upstream could not be translated.',
}

/** The head of a translated answer: what the upstream says about itself, and what the gateway adds. */
export function headersOf(options: Pick<RelayOptions, 'headers'>, head: AnswerHead): Record<string, string> {
  return { ...ownHeaders(head), ...options.headers }
}

/** What the upstream says to the client about itself, apart from how its body is written. */
export function ownHeaders({ headers }: AnswerHead): Record<string, string> {
  const { 'content-type': _type, 'content-encoding': _encoding, 'content-length': _length, ...rest } = headers
  return rest as Record<string, string>
}

/** Ends a try whose answer is an error, or cannot be read, before anything of it has reached the client. */
export function failTry(
  options: TranslatedOptions,
  head: AnswerHead,
  end: TryEnd,
  error: ChatError,
  document?: Json,
): void {
  const { res, observer, context, deployment, translated } = options
  const words = () => (document ? upstreamWords(document, context.call, deployment) : undefined)
  end.failed({
    failure: failureOfAnswer(error.status, document ?? error.message),
    retryAfterMs: retryAfterMsOf(head.upstream, Date.now()),
    // It was answered with 200: the route is known.
    namesOwn: true,
    answered: false,
    words,
    deliver() {
      const told = document ? outcomeErrorOf(error.status, document, words()) : errorOf(error.status, error.message)
      if (told) observer?.fail(told)
      const body = translated.translation.client.error(error)
      if (!isOver(res)) answerJson(res, error.status, body, headersOf(options, head))
    },
  })
}

/** A JSON object; `undefined` for everything else. */
export function parsed(bytes: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}
