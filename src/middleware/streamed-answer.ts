import { answerJson } from '../http/answer.ts'
import { failureOfAnswer } from '../routing/error-class.ts'
import { retryAfterMsOf } from '../routing/retry-after.ts'
import { firstEventError } from '../usage/first-event.ts'
import type { AnswerBody, AnswerHead, RelayOptions, TryEnd } from './answer-body.ts'

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
  const { res, observer, hideExtra } = options
  let begun = false
  let over = false

  return {
    onData(bytes) {
      if (over) return
      if (!begun && !begin(bytes)) return
      const relayed = observer ? observer.push(bytes) : bytes
      // The client may be gone and the upstream still read, for its usage.
      if (relayed === undefined || res.destroyed) return
      let more = true
      for (const piece of Buffer.isBuffer(relayed) ? [relayed] : relayed) more = res.write(piece)
      if (!more) flow.pause()
    },
    onEnd() {
      if (over) return
      if (!begun) writeHead()
      res.end(observer?.finish().rest)
      end.succeeded()
    },
  }

  function begin(bytes: Buffer): boolean {
    begun = true
    const error = head.upstream['content-encoding']
      ? undefined
      : firstEventError(bytes, String(head.upstream['content-type']))
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
      answered: false,
      deliver: () => answerJson(res, error.status, error.document, options.headers),
    })
    return false
  }

  function writeHead() {
    const length = head.upstream['content-length']
    // A stream that something may be taken out of has no length that could be promised.
    if (length !== undefined && !hideExtra) head.headers['content-length'] = length
    if (!res.destroyed) res.writeHead(head.statusCode, head.headers)
    res.on('drain', flow.resume)
    res.once('close', flow.resume)
  }
}
