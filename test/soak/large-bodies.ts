// node --expose-gc test/soak/large-bodies.ts [times]
// Sends a gateway so many bodies of 31 MB at once, of each kind that takes another way through it. Exits with 1 when its
// event loop stood still for 100 ms, or when it held more memory than its setting for bodies explains. Needs a machine
// that does nothing else.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setInterval } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { startApp } from '../support/app.ts'
import type { SendJob } from '../support/child/large-bodies.ts'
import { withTestServer } from './with-test-server.ts'

const MB = 1 << 20
const MAX_DELAY_MS = 100
const times = Number(process.argv[2] ?? '12')

const WAYS: Readonly<Record<string, string>> = { 'as it came': 'plain', 'with an edit': 'edited', translated: 'claude' }

await withTestServer(async () => {
  const other = fork(fileURLToPath(new URL('../support/child/large-bodies.ts', import.meta.url)))
  const [{ upstream, kinds }] = (await once(other, 'message')) as [{ upstream: string; kinds: string[] }]
  const entry = (model_name: string, name: string, more = {}) => ({
    model_name,
    litellm_params: { model: name, api_key: 'sk-provider', api_base: `${upstream}/v1`, ...more },
  })
  const models = [
    entry('plain', 'openai/plain'),
    entry('edited', 'openai/gpt-4o', { temperature: 0 }),
    entry('claude', 'anthropic/claude-sonnet-4-5', { api_base: upstream }),
  ]
  const maxHeldBodyBytes = 512 * MB
  const app = await startApp({ upstream: '', models, options: { maxHeldBodyBytes } })
  const { secret } = await app.key()
  for (const kind of kinds) {
    for (const [way, model] of Object.entries(WAYS)) {
      await measure(`${kind}, ${way}`, { url: `${app.url}/v1/chat/completions`, secret, model, kind, times })
    }
  }
  await app.close()
  other.disconnect()

  async function measure(what: string, job: SendJob): Promise<void> {
    gc?.()
    const before = process.memoryUsage.rss()
    let peak = before
    const sampling = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 20)
    const turns = measureTurns()
    const delay = monitorEventLoopDelay({ resolution: 1 })
    other.send(job)
    delay.enable()
    const [{ statuses }] = (await once(other, 'message')) as [{ statuses: number[] }]
    delay.disable()
    clearInterval(sampling)
    const longestTurnMs = turns.end()
    const maxDelayMs = Math.round(delay.max / 1e6)
    const grownMB = Math.round((peak - before) / MB)
    const isRight = longestTurnMs < MAX_DELAY_MS
    console.log(isRight ? 'right' : 'WRONG', what, {
      longestTurnMs,
      maxDelayMs,
      p99Ms: Math.round(delay.percentile(99) / 1e6),
      grownMB,
      statuses: count(statuses),
    })
    if (!isRight) process.exitCode = 1
  }
})

/** The longest turn of the event loop in time of the processor, which says the same on a machine that is busy. */
function measureTurns(): { end(): number } {
  let longest = 0
  let last = process.threadCpuUsage()
  let goesOn = true
  const turn = () => {
    const { user, system } = process.threadCpuUsage(last)
    longest = Math.max(longest, user + system)
    last = process.threadCpuUsage()
    if (goesOn) setImmediate(turn)
  }
  setImmediate(turn)
  return {
    end() {
      goesOn = false
      return Math.round(longest / 1_000)
    },
  }
}

function count(statuses: readonly number[]): Record<number, number> {
  const sums: Record<number, number> = {}
  for (const status of statuses) sums[status] = (sums[status] ?? 0) + 1
  return sums
}
