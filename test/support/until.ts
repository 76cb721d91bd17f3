import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `check` holds: what follows a client's departure, say, happens after it. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250; tries++) {
    if (await check()) return
    await sleep(20)
  }
  throw new Error('This did not come about')
}
