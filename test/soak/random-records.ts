// node test/soak/random-records.ts [calls] [rounds]
// The long version of test/integration/proofs/random-records.test.ts. Exits with 1 when a call is lost or doubled.
import { runRandomRecords } from '../integration/proofs/random-records.ts'
import { withTestServer } from './with-test-server.ts'

const [calls = '10000', rounds = '4'] = process.argv.slice(2)
await withTestServer(async () => {
  for (let round = 0; round < Number(rounds); round++) {
    const writers = 1 + (round % 4)
    const partitioned = round % 2 === 1
    const result = await runRandomRecords({
      calls: Number(calls),
      writers,
      cuts: 60,
      seed: round,
      database: { partitioned },
    })
    console.log({ writers, partitioned, ...result })
    const right =
      result.rows === Number(calls) &&
      result.exitCodes.every((code) => code === 0) &&
      Math.abs(result.missing) < 1e-9 * Number(calls)
    if (!right) process.exitCode = 1
  }
})
