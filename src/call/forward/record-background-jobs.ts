import type { Gateway } from '../../gateway.ts'
import { byObject } from '../../lib/memoize.ts'
import { priceCall } from '../../pricing/cost/price-call.ts'
import type { Deployment, SpendEvent, SpendSink, Work } from '../../types.ts'

export interface WorkGateway extends Pick<Gateway, 'sink' | 'prices' | 'pricing' | 'events'> {
  /** The works as the upstream tells them when it is asked (`untold`). Absent: it is not asked. */
  askForUsage?(work: Work): Promise<readonly Work[]>
}

/** A client polls its batch again and again: this process remembers so many that it has recorded. */
const MAX_KNOWN = 10_000
const knownOf = byObject((_: Gateway['events']) => new Set<string>())

/**
 * Records work that `fetch` has shown to be done, charged to the key that fetched it. The work's id takes the place of the
 * call's: the ledger charges it once, however often and by whichever key it is fetched. What the upstream has to be asked for is
 * recorded when it has answered; when that fails, the next to fetch the work makes it be asked again.
 */
export function recordBackgroundJobs(
  fetch: SpendEvent,
  works: readonly Work[],
  gateway: WorkGateway,
): Promise<unknown> {
  const known = knownOf(gateway.events)
  const fresh = works.filter(({ id, untold }) => !known.has(id) && (!untold || gateway.askForUsage))
  if (known.size > MAX_KNOWN) known.clear()
  for (const { id } of fresh) known.add(id)
  for (const work of fresh) if (work.untold) void recordUntold(fetch, work, known, gateway)
  return Promise.all(
    fresh.filter(({ untold }) => !untold).map((work) => record(workEvent(fetch, work, gateway), gateway)),
  )
}

/** Answers that do not say their input are taken for answers to the requests of their batch, on average. */
export function withInput(works: readonly Work[], inputPerRequest = 0): readonly Work[] {
  return works.map(({ withoutInput = 0, ...work }) => {
    const { promptTokens, ...usage } = work.usage
    return { ...work, usage: { ...usage, promptTokens: promptTokens + Math.round(withoutInput * inputPerRequest) } }
  })
}

/** Nothing waits for it. */
async function recordUntold(fetch: SpendEvent, work: Work, known: Set<string>, gateway: WorkGateway): Promise<void> {
  try {
    const found = (await gateway.askForUsage?.(work)) ?? []
    await Promise.all(found.map((one) => record(workEvent(fetch, one, gateway), gateway)))
  } catch (error) {
    known.delete(work.id)
    gateway.events.tell('fault', { error, where: `usage of ${work.id}` })
  }
}

function record(event: SpendEvent, { sink, events }: WorkGateway): ReturnType<SpendSink['record']> {
  const recorded = sink.record(event)
  events.tell('spend:record', { event })
  return recorded
}

function workEvent(fetch: SpendEvent, work: Work, { prices, pricing }: WorkGateway): SpendEvent {
  const { id, callType, usage, model, responseId, usageSource = 'reported' } = work
  const call = { ...fetch.call, callType, stream: false, modelGroup: fetch.call.modelGroup || model }
  const outcome = { ...fetch.outcome, usage, usageSource, responseId, responseModel: model }
  const deployment = fetch.deployment && deploymentFor(fetch.deployment, model)
  const { cost, priceSource } = deployment
    ? priceCall({ ...outcome, call, deployment, responseModel: model }, prices, pricing)
    : {}
  const { works: _, ...ended } = outcome
  return { ...fetch, callId: id, call, deployment, outcome: ended, cost: cost?.total, costParts: cost, priceSource }
}

/** One of the configuration's knows its model and its price. Others are the provider's for all models. */
function deploymentFor(deployment: Deployment, model: string): Deployment {
  return deployment.id !== '' || model === '' ? deployment : { ...deployment, modelGroup: model, model }
}
