import type { GatewayEvents } from '../events.ts'

/** A ledger that gives up every call says so this often, not for each. */
const SAY_EVERY_MS = 10_000

/** Says how many calls were given up, and why the last of them was, where the host does not listen to `spend:drop` itself. */
export function warnOfDrops(events: GatewayEvents, say: (line: string) => void = warn, everyMs = SAY_EVERY_MS): void {
  let unsaid = 0
  let line = ''
  let timer: NodeJS.Timeout | undefined
  events.on('spend:drop', ({ callIds, reason, error }) => {
    // Whoever listens besides knows what to do.
    if (events.listenerCount('spend:drop') > 1) return
    unsaid += callIds.length
    line = `(${reason})${error === undefined ? '' : `: ${(error as Error).message}`}`
    if (!timer) sayNow()
  })

  function sayNow(): void {
    timer = unsaid > 0 ? setTimeout(sayNow, everyMs).unref() : undefined
    if (unsaid > 0) say(`Gave up ${unsaid} spend logs ${line}`)
    unsaid = 0
  }
}

function warn(line: string): void {
  process.emitWarning(line, 'SpendWarning')
}
