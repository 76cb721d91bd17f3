import { until } from './until.ts'
import { type Script, sendJson } from './upstream.ts'

/** An upstream that answers none of the calls of `together` before each has got there or has been refused. */
export function heldUpstream(answer: object) {
  const waiting: (() => void)[] = []
  const script: Script = (res) => void waiting.push(() => sendJson(res, 200, answer))
  const together = async (calls: readonly (() => Promise<Response>)[]): Promise<number[]> => {
    let refused = 0
    const statuses = calls.map(async (call) => {
      const { status } = await call()
      if (status !== 200) refused++
      return status
    })
    await until(() => refused + waiting.length === calls.length)
    for (const release of waiting.splice(0)) release()
    return (await Promise.all(statuses)).sort()
  }
  return { script, together }
}
