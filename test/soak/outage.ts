// node test/soak/outage.ts [seconds]
// The long version of test/integration/proofs/outage.test.ts. Exits with 1 when a call failed or is not in the log.
import { runOutage } from '../integration/proofs/outage.ts'

const [seconds = '60'] = process.argv.slice(2)
for (const durability of ['journal', 'memory'] as const) {
  const before = process.memoryUsage().rss
  const result = await runOutage({ durability, outageMs: Number(seconds) * 1_000 })
  const grownMiB = Math.round((process.memoryUsage().rss - before) / 2 ** 20)
  console.log({ durability, ...result, grownMiB })
  const { 200: answered, ...others } = result.statuses
  if (answered !== result.rows || Object.keys(others).length > 0) process.exitCode = 1
}
