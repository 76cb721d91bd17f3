/** A wait that can be ended early. One at a time. */
export class Pause {
  #end: (() => void) | undefined

  /** Resolves after `ms`, or at `end()`. Keeps the process alive meanwhile only when `held`. */
  async take(ms: number, held: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      if (!held) timer.unref()
      this.#end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#end = undefined
  }

  end(): void {
    this.#end?.()
  }
}
