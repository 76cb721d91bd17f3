/** The calls that wait in memory, oldest first. */
export class WaitingCalls<T> {
  readonly #since = new Map<T, number>()

  get size(): number {
    return this.#since.size
  }

  add(call: T): void {
    this.#since.set(call, performance.now())
  }

  remove(calls: readonly T[]): void {
    for (const call of calls) this.#since.delete(call)
  }

  /** Age of the oldest; 0 when none waits. */
  get oldestMs(): number {
    const [oldest] = this.#since.values()
    return oldest === undefined ? 0 : performance.now() - oldest
  }
}
