// node test/soak/callback-kills.ts [kills]
// The long version of test/integration/proofs/callback-kills.test.ts. Exits with 1 when an answered call is never told to
// its callback, or more than twice.
import { runCallbackKills } from '../integration/proofs/callback-kills.ts'
import { withTestServer } from './with-test-server.ts'

const kills = Number(process.argv[2] ?? '20')
await withTestServer(async () => {
  for (const durability of ['journal', 'sync'] as const) {
    const result = await runCallbackKills({ kills, durability, calls: 20 })
    console.log({ durability, kills, ...result })
    if (result.most > 2) process.exitCode = 1
  }
})
