// node test/soak/lock-order.ts [seconds]
// The long version of test/integration/proofs/lock-order.test.ts. Exits with 1 when a call is lost, or when two of our own
// writers were in each other's way.
import { runLockOrder } from '../integration/proofs/lock-order.ts'
import { withTestServer } from './with-test-server.ts'

const [seconds = '60'] = process.argv.slice(2)
await withTestServer(async () => {
  for (const besideLiteLLM of [false, true]) {
    const result = await runLockOrder({ ms: Number(seconds) * 1_000, besideLiteLLM })
    console.log({ besideLiteLLM, ...result })
    const wronged = !besideLiteLLM && result.retries > 0
    if (result.rows !== result.calls || result.drops > 0 || wronged) process.exitCode = 1
  }
})
