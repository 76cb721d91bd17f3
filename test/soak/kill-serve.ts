// node test/soak/kill-serve.ts [kills] [always|interval|never]
// The long version of test/integration/proofs/kill-serve.test.ts. Exits with 1 when an answered call is lost: the death
// of the process alone loses nothing with any `fsync`.
import { type KillRun, runKills } from '../integration/proofs/kill-serve.ts'
import { withTestServer } from './with-test-server.ts'

const [kills = '200', fsync = 'always'] = process.argv.slice(2)
await withTestServer(async () => {
  const result = await runKills({ kills: Number(kills), fsync: fsync as KillRun['fsync'], mostAnswers: 400 })
  console.log({ ...result, lost: result.lost.length, first: result.lost.slice(0, 5) })
  if (result.lost.length > 0 || result.exitCode !== 0) process.exitCode = 1
})
