import type { ResolvedOptions } from '../config/options.ts'
import type { LedgerDesk } from '../gateway.ts'
import { journalFiles } from '../ledger/journal/journal-files.ts'
import type { SetAside } from '../ledger/set-aside.ts'
import { tableLetters } from '../signals/outbox/outbox-letters.ts'
import { createReconcileRuns } from '../upkeep/reconcile-runs.ts'
import type { Rooms } from './open-rooms.ts'

/** LiteLLM writes log rows and totals apart, up to 15 s. */
const SETTLE_MS = 20_000

type Parts = Pick<Rooms, 'database' | 'ledger' | 'outboxes' | 'events'>

/** What operators see of the ledger beside its gauges, and what they can do to it. */
export function ledgerDeskOf(
  { durability = 'memory', journal, timeZone, retention }: ResolvedOptions,
  { database, ledger, outboxes, events }: Parts,
): LedgerDesk & { close(): Promise<void> } {
  const runs =
    database &&
    createReconcileRuns({
      sql: database.sql,
      settleMs: SETTLE_MS,
      timeZone,
      onFault: (error) => events.tell('fault', { error, where: 'reconcile' }),
    })
  /** Of the callbacks whose deliveries wait in the database. */
  const tabled = async () => (database?.connected ? await tableLetters(database.sql) : [])

  return {
    durability: ledger ? durability : undefined,
    retentionMs: retention?.ageMs,
    outboxes: () => outboxes.map(({ name, gauges }) => ({ name, ...gauges() })),
    async journal() {
      if (durability !== 'journal' || !ledger) return undefined
      const { dir, maxBytes, fsync } = journal
      return { maxBytes, fsync, segments: await journalFiles(dir) }
    },
    async letters() {
      const found = [
        ...(await lettersIn(ledger?.setAside, null)),
        ...(await Promise.all(outboxes.map(({ name, setAside }) => lettersIn(setAside, name)))).flat(),
      ]
      for (const { callback, letters } of await tabled()) {
        found.push(...(await letters.list()).map((letter) => ({ ...letter, callback })))
      }
      return found
    },
    async requeue(callback, id) {
      if (callback === undefined) return (await ledger?.setAside?.requeue(id)) ?? false
      const outbox = outboxes.find(({ name }) => name === callback)
      if (await outbox?.setAside?.requeue(id)) return true
      const inTable = (await tabled()).find((one) => one.callback === callback)
      return (await inTable?.letters.get(id)) ? ((await inTable?.repeat(id)) ?? false) : false
    },
    reconcile: runs,
    close: async () => runs?.close(),
  }
}

async function lettersIn(setAside: SetAside | undefined, callback: string | null) {
  return ((await setAside?.list()) ?? []).map((letter) => ({ ...letter, callback }))
}
