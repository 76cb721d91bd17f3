import type { Gateway } from '../gateway.ts'
import type { SpendEvent } from '../types.ts'

/** Tells that a call was recorded, without its prompt and its answer: they are for the sink alone. */
export function tellRecord({ events }: Pick<Gateway, 'events'>, event: SpendEvent): void {
  if (events.listenerCount('spend:record') === 0) return
  const { answer, ...rest } = event
  const { json, body, ...call } = event.call
  events.tell('spend:record', { event: { ...rest, call } })
}
