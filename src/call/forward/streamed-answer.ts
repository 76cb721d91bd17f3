import { failureOfAnswer } from '../../models/routing/cooldown/error-class.ts'
import { retryAfterMsOf } from '../../models/routing/cooldown/retry-after.ts'
import { firstEventError, isWithinFirstEvent } from '../../usage/streams/first-event.ts'
import { answerJson } from '../answer/answer.ts'
import { AnswerModel, askedModel } from '../answer/answer-model.ts'
import { upstreamWords } from '../answer/upstream-words.ts'
import { type AnswerBody, type AnswerHead, isOver, type RelayOptions, type TryEnd } from './answer-body.ts'
import { overheadHeader } from './told-headers.ts'

const NOTHING = Buffer.alloc(0)

export interface Flow {
  pause(): void
  resume(): void
  abort(): void
}

/**
 * An answer that goes to the client piece by piece, as fast as the client takes it and no faster. Its head leaves with
 * the first piece: a stream that begins with an error is an error, and another deployment may be asked.
 */
export function streamedAnswer(options: RelayOptions, head: AnswerHead, end: TryEnd, flow: Flow): AnswerBody {
  const { res, observer, hideExtra, context } = options
  const contentType = String(head.upstream['content-type'])
  const isPlain = !head.upstream['content-encoding']
  let begun = false
  let over = false
  let held: Buffer | undefined
  const asked = isPlain && !options.keepsModelNames ? askedModel(options.context) : undefined
  const model = asked === undefined ? undefined : new AnswerModel(asked)

  return {
    onData(given) {
      if (over) return
      let bytes = given
      if (!begun) {
        if (held) bytes = Buffer.concat([held, given])
        held = isPlain && isWithinFirstEvent(bytes, contentType) ? bytes : undefined
        if (held || !begin(bytes)) return
      }
      relay(bytes)
    },
    onEnd() {
      if (over) return
      if (held && !begin(held)) return
      if (held) relay(held)
      if (!begun) writeHead()
      const rest = observer?.finish().rest
      const last = model ? Buffer.concat([model.push(rest ?? NOTHING), model.end() ?? NOTHING]) : rest
      if (!res.writableEnded) res.end(last)
      end.succeeded()
    },
  }

  function relay(bytes: Buffer): void {
    const relayed = observer ? observer.push(bytes) : bytes
    // The client may be gone and the upstream still read, for its usage.
    if (relayed === undefined || isOver(res, context)) return
    let more = true
    for (const piece of Buffer.isBuffer(relayed) ? [relayed] : relayed) {
      const shown = model ? model.push(piece) : piece
      if (shown.length > 0) more = res.write(shown)
    }
    if (!more) flow.pause()
  }

  function begin(bytes: Buffer): boolean {
    begun = true
    const error = isPlain ? firstEventError(bytes, contentType) : undefined
    if (!error) {
      writeHead()
      return true
    }
    over = true
    observer?.push(bytes)
    flow.abort()
    end.failed({
      failure: failureOfAnswer(error.status, error.document),
      retryAfterMs: retryAfterMsOf(head.upstream, Date.now()),
      // It was answered with 200: the route is known.
      namesOwn: true,
      answered: false,
      words: () => upstreamWords(error.document, options.context.call, options.deployment),
      deliver: () => answerJson(res, error.status, error.document, options.headers),
    })
    return false
  }

  function writeHead() {
    const length = head.upstream['content-length']
    // A stream that something may be taken out of has no length that could be promised.
    if (length !== undefined && !hideExtra && !model) head.headers['content-length'] = length
    if (!isOver(res)) res.writeHead(head.statusCode, { ...head.headers, ...overheadHeader(options.context) })
    res.on('drain', flow.resume)
    res.once('close', flow.resume)
  }
}
