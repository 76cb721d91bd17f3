import { whenKnown } from '../../lib/maybe-promise.ts'
import type { ChatAnswer } from '../../translation/chat.ts'
import type { Charge, Json } from '../../types.ts'
import { createDecoder, type Decoder } from '../../usage/streams/decoder.ts'
import { framingOf } from '../../usage/streams/framings.ts'
import { answerJson } from '../answer/answer.ts'
import { type AnswerBody, type AnswerHead, isOver, type TryEnd } from './answer-body.ts'
import { chargeCall } from './charge-call.ts'
import type { Flow } from './streamed-answer.ts'
import { costHeaders, overheadHeader } from './told-headers.ts'
import { streamOfWhole, translatedStream } from './translated-stream.ts'
import {
  failTry,
  headersOf,
  MAX_HELD_BYTES,
  parsed,
  type TranslatedOptions,
  UNREADABLE,
  UNTRANSLATABLE,
} from './translated-try.ts'

/**
 * An answer that the client gets in its own API. Its meter is given the upstream's own bytes first, so that what is
 * charged never depends on a translation.
 */
export function translatedAnswer(options: TranslatedOptions, head: AnswerHead, end: TryEnd, flow: Flow): AnswerBody {
  const { observer, context, translated } = options
  const { 'content-type': type, 'content-encoding': encoding } = head.upstream
  const framing = context.call?.stream ? framingOf(String(type), translated.reader.framing) : undefined
  const body = framing ? translatedStream(options, head, end, flow, framing) : wholeAnswer(options, head, end, flow)
  const decoder = decoderOf(String(encoding ?? ''), body)
  return {
    onData(bytes) {
      observer?.push(bytes)
      if (decoder) decoder.push(bytes)
      else body.onData(bytes)
    },
    onEnd() {
      if (decoder) void decoder.end().then(() => body.onEnd())
      else body.onEnd()
    },
  }
}

/** Answers are asked for uncompressed; some servers compress them nevertheless. */
function decoderOf(encoding: string, body: AnswerBody): Decoder | undefined {
  const isEncoded = encoding !== '' && encoding.toLowerCase() !== 'identity'
  return isEncoded ? createDecoder(encoding, (bytes) => body.onData(bytes)) : undefined
}

function wholeAnswer(options: TranslatedOptions, head: AnswerHead, end: TryEnd, flow: Flow): AnswerBody {
  const { res, observer, pricing, context, translated } = options
  const pieces: Buffer[] = []
  let size = 0

  return {
    onData(bytes) {
      size += bytes.length
      if (size <= MAX_HELD_BYTES) pieces.push(bytes)
    },
    onEnd() {
      const document = size <= MAX_HELD_BYTES ? parsed(Buffer.concat(pieces)) : undefined
      pieces.length = 0
      if (!document) return failTry(options, head, end, UNREADABLE)
      const status = statedStatus(document)
      if (status) return failTry(options, head, end, translated.translation.provider.error(status, document), document)
      const answer = answerIn(document)
      if (!answer) return failTry(options, head, end, UNTRANSLATABLE)
      translated.keep?.(() => answer)
      if (!observer) return send(answer)
      void whenKnown(observer.reported(), (ended) => send(answer, ended && chargeCall(context, ended, pricing)))
    },
  }

  function answerIn(document: Json): ChatAnswer | undefined {
    const { provider, chat, context: about } = translated.translation
    try {
      return provider.answer(document, chat, about)
    } catch (error) {
      translated.onFault(error)
      return undefined
    }
  }

  function send(answer: ChatAnswer, charge?: Charge): void {
    const { client, asked, context: about } = translated.translation
    try {
      if (context.call?.stream) return void streamOfWhole(options, head, end, flow, answer)
      const priced = charge ? costHeaders(context, charge) : {}
      const body = client.answer(answer, asked, about)
      const headers = { ...headersOf(options, head), ...overheadHeader(context), ...priced }
      if (!isOver(res, context)) answerJson(res, head.statusCode, body, headers)
    } catch (error) {
      translated.onFault(error)
      failTry(options, head, end, UNTRANSLATABLE)
      return
    }
    end.succeeded()
  }
}

/** The status that an answer states for itself, where it is an error with a status of success. */
function statedStatus({ error, status }: Json): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const stated = Number((error as Json).status ?? (error as Json).code ?? status)
  return stated >= 400 && stated < 600 ? stated : 500
}
