// node test/soak/drills.ts [times]
// Kills, stops and cuts off from its database a gateway under load, so many times each. Exits with 1 when a call whose
// answer was seen has no row, when a row says otherwise than the answer, or when a counter is not the sum of the rows.
import { runKills } from '../integration/proofs/kill-serve.ts'
import { runOutage } from '../integration/proofs/outage.ts'
import { runShutdowns } from '../integration/proofs/shutdown-serve.ts'
import { withTestServer } from './with-test-server.ts'

const times = Number(process.argv[2] ?? '10')

await withTestServer(async () => {
  const kills = await runKills({ kills: times, fsync: 'always', mostAnswers: 300 })
  report('kill', kills, kills.lost.length === 0 && kills.exitCode === 0)
  for (const durability of ['journal', 'memory', 'sync'] as const) {
    const stops = await runShutdowns({ shutdowns: times, durability, mostCalls: 100 })
    const isRight = stops.lost.length === 0 && stops.wrong.length === 0 && stops.exitCodes.every((code) => code === 0)
    report(`shutdown, durability ${durability}`, stops, isRight)
  }
})
for (const durability of ['journal', 'memory'] as const) {
  for (let time = 0; time < times; time++) {
    const outage = await runOutage({ durability, outageMs: 1_000 })
    const { 200: answered, ...others } = outage.statuses
    report(`outage, durability ${durability}`, outage, answered === outage.rows && Object.keys(others).length === 0)
  }
}

function report(drill: string, result: object, isRight: boolean): void {
  console.log(isRight ? 'right' : 'WRONG', drill, result)
  if (!isRight) process.exitCode = 1
}
