// node --expose-gc test/soak/outage.ts [seconds]
// The long version of test/integration/proofs/outage.test.ts. Exits with 1 when a call failed or is not in the log, or when
// a journal that waits holds more and more memory: it has two segments of 16 MiB there.
import { runOutage } from '../integration/proofs/outage.ts'

const MAX_GROWN_MIB = 64
const [seconds = '60'] = process.argv.slice(2)
for (const durability of ['journal', 'memory'] as const) {
  const result = await runOutage({ durability, outageMs: Number(seconds) * 1_000 })
  console.log({ durability, ...result })
  const { 200: answered, ...others } = result.statuses
  if (durability === 'journal' && result.grownMiB > MAX_GROWN_MIB) process.exitCode = 1
  if (answered !== result.rows || Object.keys(others).length > 0) process.exitCode = 1
}
