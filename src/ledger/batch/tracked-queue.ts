import { Waiters } from './waiters.ts'

/** A queue that knows when what is in it has left. Items leave from the head only, so their order is their number. */
export class TrackedQueue<T> {
  readonly #items: T[] = []
  readonly #waiters = new Waiters()
  #settled = 0

  get size(): number {
    return this.#items.length
  }

  /** How many items have ever left. */
  get settled(): number {
    return this.#settled
  }

  /** How many items have ever been added. */
  get accepted(): number {
    return this.#settled + this.#items.length
  }

  /** Whether somebody waits. */
  get awaited(): boolean {
    return this.#waiters.some
  }

  add(item: T): void {
    this.#items.push(item)
  }

  head(count: number): readonly T[] {
    return this.#items.slice(0, count)
  }

  settle(count: number): void {
    this.#settled += this.#items.splice(0, count).length
    this.#waiters.reached(this.#settled)
  }

  /** Resolves when everything that is in the queue now has left it. */
  whenSettled(): Promise<void> {
    if (this.#items.length === 0) return Promise.resolve()
    return this.#waiters.whenReached(this.accepted)
  }
}
