import type { Gateway } from '../../gateway.ts'
import { createProgress } from '../output.ts'
import type { Surroundings } from '../postgres/program.ts'

const LOOK_MS = 200

/**
 * Says how far the calls have come that an earlier process left in the journal, until all of them are in the database or
 * given up. What is returned ends it before.
 */
export function reportReplay(
  { spend }: Pick<Gateway, 'spend'>,
  around: Pick<Surroundings, 'warn' | 'status'>,
): () => void {
  const left = spend()?.queued ?? 0
  if (left === 0) return () => {}
  const before = settled()
  const progress = createProgress(around)
  around.warn(`${left} spend logs that an earlier process left in the journal are being written`)
  const timer = setInterval(look, LOOK_MS).unref()
  return end

  // The oldest are written first: calls of this process do not count before they are through.
  function look(): void {
    const done = settled() - before
    progress.step(Math.min(done, left), left, 'spend logs of the journal')
    if (done < left) return
    end()
    around.warn('The spend logs of the earlier process are written')
  }

  function settled(): number {
    const { written = 0, quarantined = 0, dropped = {} } = spend() ?? {}
    return written + quarantined + Object.values(dropped).reduce((sum, count) => sum + count, 0)
  }

  function end(): void {
    clearInterval(timer)
    progress.end()
  }
}
