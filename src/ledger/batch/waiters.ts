/** Those who wait until a count, which only grows, has reached a number. */
export class Waiters {
  readonly #waiting: { readonly until: number; resolve(): void }[] = []

  /** Whether somebody waits. */
  get some(): boolean {
    return this.#waiting.length > 0
  }

  /** Each call must wait for as much as the one before, or for more. */
  whenReached(until: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ until, resolve }))
  }

  reached(count: number): void {
    while (this.#waiting[0] && this.#waiting[0].until <= count) this.#waiting.shift()?.resolve()
  }
}
