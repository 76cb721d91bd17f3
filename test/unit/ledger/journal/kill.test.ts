import { expect, test } from '@jest/globals'
import { killRuns } from './child/kill-runs.ts'
import { journalBench } from './support.ts'

test('killed twenty times under load: nothing confirmed is lost, damaged or out of order', async () => {
  await using bench = await journalBench()
  const report = await killRuns(bench.dir, 20, 150)
  expect(report).toMatchObject({ kills: 20, lost: [], damaged: [], disordered: [] })
  expect(report.confirmed).toBeGreaterThan(20)
})
