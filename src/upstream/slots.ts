import { LiteLLMError } from '../errors.ts'
import { RATE_LIMIT_CODE } from '../models/routing/cooldown/error-class.ts'
import { toUpstreamError } from './upstream-error.ts'

/** How many calls a deployment is given at once. */
export interface SlotRequest {
  /** Deployments of one name share their slots. */
  readonly name: string
  readonly limit: number
  /** Longest wait for a slot. */
  readonly timeoutMs: number
}

export interface SlotHolder {
  /** It is this one's turn. Never called before `take` has returned. */
  start(): void
  /** It has waited too long, or there are too many before it. Nothing more happens. */
  refuse(error: LiteLLMError): void
}

export interface Slots {
  /** Waits for a slot, in the order of asking. Call what is returned once: it gives the slot back, or the place in the queue. */
  take(request: SlotRequest, holder: SlotHolder): () => void
}

interface Waiting {
  readonly holder: SlotHolder
  readonly limit: number
  timer: NodeJS.Timeout
}

interface Queue {
  taken: number
  /** In the order of asking. */
  readonly waiting: Set<Waiting>
}

/** More are refused: a call behind so many is served sooner elsewhere. */
const MAX_WAITING = 1_000

/** Slots of this process: like LiteLLM's, they are not shared with others. */
export function createSlots(): Slots {
  const queues = new Map<string, Queue>()

  return {
    take({ name, limit, timeoutMs }, holder) {
      const queue = queues.get(name) ?? { taken: 0, waiting: new Set() }
      queues.set(name, queue)
      if (queue.taken < limit && queue.waiting.size === 0) {
        queue.taken++
        queueMicrotask(holder.start)
        return () => giveBack(name, queue)
      }
      if (queue.waiting.size >= MAX_WAITING) {
        queueMicrotask(() => holder.refuse(tooMany()))
        return () => {}
      }
      const waiting: Waiting = { holder, limit, timer: setTimeout(() => tooLong(queue, waiting), timeoutMs) }
      queue.waiting.add(waiting)
      return () => {
        clearTimeout(waiting.timer)
        // Not among those who wait: it has had its turn, or was refused.
        if (!queue.waiting.delete(waiting) && !REFUSED.has(waiting)) giveBack(name, queue)
      }
    },
  }

  function giveBack(name: string, queue: Queue): void {
    queue.taken--
    const [next] = queue.waiting
    if (next && queue.taken < next.limit) {
      queue.waiting.delete(next)
      clearTimeout(next.timer)
      queue.taken++
      next.holder.start()
    }
    if (queue.taken === 0 && queue.waiting.size === 0) queues.delete(name)
  }
}

const REFUSED = new WeakSet<Waiting>()

function tooLong(queue: Queue, waiting: Waiting): void {
  queue.waiting.delete(waiting)
  REFUSED.add(waiting)
  waiting.holder.refuse(toUpstreamError(Object.assign(new Error('No slot was free in time'), { code: 'ETIMEDOUT' })))
}

function tooMany(): LiteLLMError {
  const cause = Object.assign(new Error('Too many calls wait for this deployment'), { code: RATE_LIMIT_CODE })
  return new LiteLLMError('no_deployment', { cause })
}
