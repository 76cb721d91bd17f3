import { withTimeout } from '../../lib/with-timeout.ts'
import { countsOf, type MetricValues, mergeMetrics } from '../../signals/metrics/merge-metrics.ts'

export interface MetricsAnswer {
  readonly id: number
  readonly values: readonly MetricValues[]
}

/** A worker that does not answer in time counts as it did last. */
const ANSWER_MS = 1_000

/**
 * Collects the metrics of workers for the one that is asked for them. What a worker has counted stays when it is gone: a sum
 * that shrinks would look to Prometheus like a start, and be counted again.
 */
export class WorkerMetrics<W> {
  readonly #ask: (worker: W, id: number) => void
  /** Of each worker that runs, what it said last. */
  readonly #latest = new Map<W, readonly MetricValues[]>()
  #gone: readonly MetricValues[] = []
  readonly #waiting = new Map<number, () => void>()
  #last = 0

  constructor(ask: (worker: W, id: number) => void) {
    this.#ask = ask
  }

  add(worker: W): void {
    this.#latest.set(worker, [])
  }

  remove(worker: W): void {
    this.#gone = mergeMetrics([this.#gone, countsOf(this.#latest.get(worker) ?? [])])
    this.#latest.delete(worker)
  }

  took(worker: W, { id, values }: MetricsAnswer): void {
    if (this.#latest.has(worker)) this.#latest.set(worker, values)
    this.#waiting.get(id)?.()
    this.#waiting.delete(id)
  }

  /** What all but this one have counted, those that are gone among them. */
  async besides(asking: W): Promise<readonly (readonly MetricValues[])[]> {
    // The one that asks counts too, once it is gone.
    void this.#askFor(asking)
    const others = this.others(asking)
    await Promise.all(others.map((worker) => this.#askFor(worker)))
    return [this.#gone, ...others.map((worker) => this.#latest.get(worker) ?? [])]
  }

  /** The workers that serve, but this one. */
  others(worker: W): readonly W[] {
    return [...this.#latest.keys()].filter((one) => one !== worker)
  }

  async #askFor(worker: W): Promise<void> {
    const id = ++this.#last
    const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve))
    this.#ask(worker, id)
    await withTimeout(ANSWER_MS, answered, () => {})
    this.#waiting.delete(id)
  }
}
