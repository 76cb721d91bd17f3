import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Resolves at the first signal that asks to stop. A second one ends the process at once. */
export function stopSignals(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    for (const name of SIGNALS) {
      process.on(name, () => {
        if (asked) process.exit(128 + constants.signals[name])
        asked = true
        resolve()
      })
    }
  })
}
