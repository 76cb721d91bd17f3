import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Milliseconds between two looks of the event loop's watchdog; taken off its figures. */
const RESOLUTION_MS = 1
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

/** Commands by which a process says what it costs. */
export const selfMeasures = {
  /** Microseconds of CPU so far, user and system together. */
  cpu(): number {
    const { user, system } = process.cpuUsage()
    return user + system
  },

  /** Bytes, after a garbage collection. `kept` is what JavaScript holds: heap and buffers. */
  async memory(): Promise<{ rss: number; kept: number }> {
    for (let pass = 0; pass < 3; pass++) {
      globalThis.gc!()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const { rss, heapUsed, external } = process.memoryUsage()
    return { rss, kept: heapUsed + external }
  },

  delayStart(): void {
    delay.reset()
    delay.enable()
  },

  /** Milliseconds by which timers were late since `delayStart`. */
  delayStop(): { p50: number; p99: number; max: number } {
    delay.disable()
    const ms = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS)
    return { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) }
  },
}
