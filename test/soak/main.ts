// npm run test:soak
// Runs the long proofs one after the other. Exits with 1 when one of them fails.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROOFS = [
  'journal-kill',
  'random-records',
  'lock-order',
  'kill-serve',
  'callback-kills',
  'outage',
  'drills',
  'large-bodies',
  'report-plans',
]
// Mounts a file system.
if (process.platform === 'linux' && process.getuid?.() === 0) PROOFS.unshift('journal-disk-full')

for (const proof of PROOFS) {
  console.log(`\n${proof}`)
  const file = fileURLToPath(new URL(`./${proof}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, ['--expose-gc', file], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
