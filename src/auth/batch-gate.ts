import type { NowOrLater } from '../now-or-later.ts'
import type { BatchInput, Call } from '../types.ts'
import { batchChargesOf, limitsBatches } from './batch-charges.ts'
import { checkBatchModels, limitsBatchModels } from './batch-models.ts'
import type { BatchRates } from './batch-rates.ts'
import type { KnownFacts } from './call-facts-of.ts'
import type { CallFacts, CheckSettings } from './check.ts'
import type { Attempt } from './gate-attempt.ts'
import type { Refusal } from './refusal.ts'
import { stated } from './stated.ts'

/** Whether a batch may be made. `reported`: what would be against it, where nothing is refused. */
export interface BatchPassage {
  readonly refusal?: Refusal
  readonly reported: readonly Refusal[]
}

interface BatchGateParts {
  readonly settings: CheckSettings
  readonly batches: BatchRates
  readonly mode: 'enforce' | 'report'
  factsOf(known: KnownFacts, call: Call | undefined): NowOrLater<CallFacts>
}

/** What is in a batch is looked at where models or limits of its caller are at stake. */
export function batchGate({ settings, batches, mode, factsOf }: BatchGateParts) {
  return async function enterBatch(
    { callId, key, call }: Attempt,
    read: () => Promise<BatchInput | undefined>,
  ): Promise<BatchPassage> {
    if (!call) return { reported: [] }
    const facts = await factsOf({ key }, call)
    const now = new Date()
    if (!limitsBatchModels(key, settings) && !limitsBatches(facts, call, settings, now)) return { reported: [] }
    const input = await read()
    if (!input) return { reported: [] }
    const looking = mode === 'report'
    const refusal =
      checkBatchModels(facts, call, settings, now, input) ??
      (await batches.admit(callId, batchChargesOf(facts, call, settings, now, input), looking))
    if (!refusal) return { reported: [] }
    return looking ? { reported: [refusal] } : { refusal: stated(refusal, settings), reported: [] }
  }
}
