import { setTimeout as sleep } from 'node:timers/promises'
import type { CutCall, Gateway, GatewayClosing } from '../../gateway.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import type { ServeSettings, Surroundings } from '../postgres/program.ts'
import type { HttpServer } from './http-server.ts'

/**
 * Ends a gateway that serves: readiness is 503 at once, connections are taken for the drain delay, calls that are under
 * way have the rest of the grace period, then they are cut and settled. A second signal ends the delay and the grace
 * period. Resolves with the exit code: 1 when something is lost.
 */
export async function shutDown(
  gateway: Gateway,
  server: HttpServer,
  { shutdown: { graceMs, drainDelayMs } }: Pick<ServeSettings, 'shutdown'>,
  around: Surroundings,
): Promise<number> {
  const until = performance.now() + graceMs
  const leftMs = () => Math.max(0, until - performance.now())
  gateway.announceShutdown()
  around.print(`Stopping: calls that are under way have ${graceMs / 1_000} s to end; a second signal cuts them at once`)
  const hurry = around.stopAgain?.() ?? new Promise<never>(() => {})
  if (drainDelayMs > 0) await Promise.race([sleep(drainDelayMs, undefined, { ref: false }), hurry])
  const stopped = server.stop()
  await withTimeout(leftMs(), Promise.race([stopped, hurry]), () => {})
  void hurry.then(() => gateway.close({ timeoutMs: 0 }))
  const closing = await gateway.close({ timeoutMs: leftMs() })
  server.cut()
  await stopped
  return report(closing, around)
}

function report({ cut, openStreams, journaled, lost }: GatewayClosing, { warn }: Surroundings): number {
  if (cut.length > 0) warn(`${cut.length} ${cut.length === 1 ? 'call was' : 'calls were'} cut:`)
  for (const call of cut) warn(`  ${cutText(call)}`)
  if (journaled > 0) warn(`${journaled} spend logs are in the journal: the next start writes them`)
  if (lost > 0) warn(`${lost} spend logs are lost`)
  if (openStreams > 0) warn(`${openStreams} calls could not be settled in time: they leave no spend log`)
  return lost + openStreams > 0 ? 1 : 0
}

const USAGE: Readonly<Record<CutCall['usageSource'], string>> = {
  reported: 'its upstream was read to the end',
  partial: 'usage as reported so far',
  estimated: 'usage estimated from what was sent',
  none: 'nothing was answered yet',
}

const ROW: Readonly<Record<CutCall['row'], string>> = {
  written: 'written',
  journaled: 'in the journal',
  sink: 'handed to the sink',
  lost: 'lost',
}

function cutText({ callId, modelGroup, usageSource, cost, row }: CutCall): string {
  const dollars = cost === undefined ? '' : `, $${cost}`
  return `${callId} ${modelGroup}: ${USAGE[usageSource]}${dollars}; spend log ${ROW[row]}`
}
