import { inStep } from '../in-step.ts'
import { joined } from '../joined.ts'
import { whenKnown } from '../now-or-later.ts'
import { type AnswerBody, type AnswerHead, isOver, type RelayOptions, type TryEnd } from './answer-body.ts'
import { chargeOnce } from './charge-once.ts'

const MAX_JOINED_BYTES = 16 << 10

/** A JSON answer that is sent in one piece, byte for byte, with what it cost in a header. */
export function bufferedAnswer(options: RelayOptions, head: AnswerHead, end: TryEnd): AnswerBody {
  const { res, observer, pricing, context } = options
  const pieces: Buffer[] = []

  return {
    onData(bytes) {
      observer?.push(bytes)
      pieces.push(bytes)
    },
    onEnd() {
      if (!observer) return send()
      void whenKnown(observer.reported(), (ended) => send(ended && chargeOnce(context, ended, pricing).cost))
    },
  }

  function send(cost?: number) {
    const body = joined(pieces)
    head.headers['content-length'] = String(body.length)
    if (cost !== undefined) head.headers['x-litellm-response-cost'] = String(cost)
    if (!isOver(res)) res.writeHead(head.statusCode, head.headers)
    inStep('departures', () => leave(body))
    end.succeeded()
  }

  function leave(body: Buffer) {
    if (res.writableEnded) return
    try {
      // Text in Latin-1, whose characters are bytes, leaves in one piece with the head: one write instead of two.
      if (body.length <= MAX_JOINED_BYTES) res.end(body.toString('latin1'), 'latin1')
      else res.end(body)
    } catch (error) {
      // Somebody else's `end`: a client that is cut off need not wait.
      res.destroy()
      throw error
    }
  }
}
