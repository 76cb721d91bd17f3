// node test/soak/journal-kill.ts [kills] [directory]
// The long version of test/unit/journal/kill.test.ts. Exits with 1 when anything confirmed was lost or damaged.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killRuns } from '../unit/ledger/journal/child/kill-runs.ts'

const [kills = '200', parent = tmpdir()] = process.argv.slice(2)
const dir = await mkdtemp(join(parent, 'journal-kill-'))
try {
  const report = await killRuns(dir, Number(kills), 300)
  console.log(report)
  if (report.lost.length + report.damaged.length + report.disordered.length > 0) process.exitCode = 1
} finally {
  await rm(dir, { recursive: true, force: true })
}
