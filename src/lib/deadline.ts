/** A moment that can be brought forward, never put off. Holds the process until it has passed or `clear` is called. */
export class Deadline {
  readonly passed: Promise<void>
  #at = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #pass: () => void = () => {}

  constructor() {
    this.passed = new Promise((resolve) => {
      this.#pass = resolve
    })
  }

  get leftMs(): number {
    return Math.max(0, this.#at - performance.now())
  }

  within(ms: number): void {
    const at = performance.now() + ms
    if (at >= this.#at) return
    this.#at = at
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#pass, ms)
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}
