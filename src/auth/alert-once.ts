import { overflow } from '../overflow.ts'
import type { BudgetAlert } from '../types.ts'

/** LiteLLM's `budget_alert_ttl`. */
const SILENCE_MS = 24 * 3_600_000
/** Alerts remembered; beyond it the oldest may be told again. */
const MAX_REMEMBERED = 10_000

/** Tells each alert once a day: the owner of a budget that is nearly spent makes many calls. */
export function alertOnce(tell: (alert: BudgetAlert) => void): (alert: BudgetAlert, now: Date) => void {
  const toldAt = new Map<string, number>()
  return (alert, now) => {
    const name = `${alert.kind}:${alert.entity}:${alert.id}`
    const last = toldAt.get(name)
    if (last !== undefined && now.getTime() < last + SILENCE_MS) return
    // Behind all others, so that the first is always the oldest.
    toldAt.delete(name)
    toldAt.set(name, now.getTime())
    for (const oldest of overflow(toldAt, MAX_REMEMBERED)) toldAt.delete(oldest)
    tell(alert)
  }
}
