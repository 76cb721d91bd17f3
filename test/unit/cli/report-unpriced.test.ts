import { expect, test } from '@jest/globals'
import { reportUnpricedModels } from '../../../src/cli/serve/report-calls.ts'
import { GatewayEvents } from '../../../src/events.ts'

test('a deployment without a price is a line, with what to do', () => {
  const lines: string[] = []
  const events = new GatewayEvents()
  reportUnpricedModels({ events }, (line) => lines.push(line))
  events.tell('model:unpriced', { deploymentId: 'd', modelGroup: 'm', model: 'x', provider: 'openai' })
  expect(lines).toEqual([expect.stringMatching(/^Model m \(openai\/x\) has no price: .*`input_cost_per_token`/)])
})
