import { AsyncResource } from 'node:async_hooks'
import { isInUse } from './speed-devices.ts'

/** What one turn of the event loop has brought is dealt with in this order. */
const STEPS = ['answers', 'requests', 'departures'] as const
type Step = (typeof STEPS)[number]

/** Runs in the asynchronous context of its own call: traces must not be mixed up. */
class Work extends AsyncResource {
  readonly #work: () => void

  constructor(work: () => void) {
    super('express-litellm.step')
    this.#work = work
  }

  do(): void {
    this.runInAsyncScope(this.#work)
  }
}

// There is one event loop, whatever the number of gateways.
const waiting: Record<Step, Work[]> = { answers: [], requests: [], departures: [] }
const inTurns = isInUse('turns')
let isArmed = false
let underWay = 0

/**
 * Does `work` when this turn of the event loop has brought all that it brings, together with the same step of other
 * calls: first all answers that are there, then all requests, then all that leaves. A processor that does one thing for
 * many calls in a row has code and data at hand, and who is written to is woken once: call by call, each costs half as
 * much again. When no call is under way the work is done at once.
 */
export function inStep(step: Step, work: () => void): void {
  if (underWay === 0 || !inTurns) {
    work()
    return
  }
  waiting[step].push(new Work(work))
  if (!isArmed) arm()
}

/** Counts a call as under way until what this returns is called, once. */
export function callUnderWay(): () => void {
  underWay++
  let isOver = false
  return () => {
    if (!isOver) underWay--
    isOver = true
  }
}

function arm(): void {
  isArmed = true
  // One each: what is promised in one step is kept before the next.
  for (const step of STEPS) setImmediate(take, step)
}

function take(step: Step): void {
  const works = waiting[step]
  waiting[step] = []
  if (step === 'departures') {
    isArmed = false
    // A later step has come to want an earlier one.
    if (waiting.answers.length > 0 || waiting.requests.length > 0) arm()
  }
  for (const work of works) {
    try {
      work.do()
    } catch (error) {
      // One call's fault: the others go on, and so does the process.
      process.emitWarning(error as Error)
    }
  }
}
