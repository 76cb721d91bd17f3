/** Closes what was opened, in reverse order. */
export interface Closers {
  add(close: () => unknown): void
  /** Runs every closer, also after one has failed; then throws the first failure. */
  closeAll(): Promise<void>
}

export function createClosers(): Closers {
  const closers: (() => unknown)[] = []
  return {
    add(close) {
      closers.push(close)
    },
    async closeAll() {
      const failures: unknown[] = []
      for (const close of closers.splice(0).reverse()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
