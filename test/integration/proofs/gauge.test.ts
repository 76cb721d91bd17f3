import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { until } from '../../support/until.ts'
import { setupLedger } from '../ledger/setup.ts'

const CHILD = fileURLToPath(new URL('../../support/child/record-calls.ts', import.meta.url))
const DOLLARS = 0.01

/** What a process had said before it was killed, and what of it is in the database. */
async function kill(durability: 'memory' | 'journal', afterCalls: number) {
  const { url, dir, sql } = await setupLedger()
  const child = spawn(process.execPath, [CHILD, url, '0', durability, dir, 'call'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: { callId: string; unsettledDollars: number }[] = []
  const lines = createInterface(child.stdout!)
  lines.on('line', (line) => said.push(JSON.parse(line)))
  await until(() => said.length >= afterCalls)
  child.kill('SIGKILL')
  await once(child, 'close')
  const found = await sql<{ id: string }[]>`select metadata ->> 'litellm_call_id' as id from "LiteLLM_SpendLogs"`
  const written = new Set(found.map(({ id }) => id))
  const missing = said.filter(({ callId }) => !written.has(callId)).length
  return { recorded: said.length, missingDollars: missing * DOLLARS, gauge: said.at(-1)!.unsettledDollars }
}

test.each(['memory', 'journal'] as const)(
  'killed at any moment, a process has lost no more than its gauge has said (%s)',
  async (durability) => {
    for (const afterCalls of [1, 20, 60, 150]) {
      const { recorded, missingDollars, gauge } = await kill(durability, afterCalls)
      expect(recorded).toBeGreaterThan(0)
      expect(missingDollars).toBeLessThanOrEqual(gauge + 1e-9)
    }
  },
)
