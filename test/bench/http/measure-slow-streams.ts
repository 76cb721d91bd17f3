import { setTimeout as sleep } from 'node:timers/promises'
import type { Plan } from '../plan.ts'
import type { Stage } from './participants.ts'

export interface SlowStreamsResult {
  readonly contender: string
  readonly streams: number
  /** Bytes that JavaScript keeps for one open stream: heap and buffers. */
  readonly keptPerStream: number
  readonly rssPerStream: number
  /** Milliseconds by which the event loop was late while the streams went on. */
  readonly delayP99: number
  readonly delayMax: number
}

/** What many streams cost that are open at once and say one word a second, for those of the `able` who stand for the others. */
export async function measureSlowStreams(
  stage: Stage,
  plan: Plan,
  able: readonly string[],
): Promise<SlowStreamsResult[]> {
  const results: SlowStreamsResult[] = []
  for (const { name, child, contender, target } of stage.participants) {
    if (!child || !able.includes(name) || !contender?.slowStreams) continue
    const before = await child.ask('memory')
    await stage.load.ask('hold', { ...target, kind: 'slow', connections: plan.slowStreams })
    await child.ask('delayStart')
    await sleep(plan.slowSeconds * 1_000)
    const delay = await child.ask('delayStop')
    const after = await child.ask('memory')
    await stage.load.ask('release')
    results.push({
      contender: name,
      streams: plan.slowStreams,
      keptPerStream: (after.kept - before.kept) / plan.slowStreams,
      rssPerStream: (after.rss - before.rss) / plan.slowStreams,
      delayP99: delay.p99,
      delayMax: delay.max,
    })
  }
  return results
}
