import { expect, test } from '@jest/globals'
import { deploymentOf } from '../../../../src/config/models/deployments.ts'
import { probeOf, sendProbe } from '../../../../src/upstream/health/health-probe.ts'
import { createUpstream } from '../../../../src/upstream/upstream.ts'
import { startUpstream } from '../../../support/upstream.ts'

const PROJECT = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1'
const AWS = { aws_access_key_id: 'a', aws_secret_access_key: 's' }

test.each([
  [{ model: 'openai/gpt-4o' }, 'https://api.openai.com/v1/chat/completions', 'gpt-4o'],
  [{ model: 'anthropic/claude-x' }, 'https://api.anthropic.com/v1/messages', 'claude-x'],
  [
    { model: 'bedrock/us-east-1/anthropic.claude-x-v1:0', ...AWS },
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-x-v1%3A0/converse',
    undefined,
  ],
  [
    { model: 'vertex_ai/gemini-2.5-flash', vertex_project: 'p' },
    `${PROJECT}/endpoints/openapi/chat/completions`,
    'google/gemini-2.5-flash',
  ],
  [
    { model: 'vertex_ai/claude-x', vertex_project: 'p' },
    `${PROJECT}/publishers/anthropic/models/claude-x:rawPredict`,
    undefined,
  ],
])('%j is probed where its calls go', (litellm_params, url, model) => {
  const deployment = deploymentOf({ model_name: 'm', litellm_params }, {})
  const probe = probeOf({ deployment, params: {}, info: {}, stored: false }, 1_000)!
  expect(probe.url).toBe(url)
  expect(JSON.parse(probe.body!.toString()).model).toBe(model)
  expect(probe.credential).toEqual(deployment.credential)
})

test('a deployment that only redirects is not healthy', async () => {
  const server = await startUpstream((res) => res.writeHead(302, { location: '/there' }).end())
  const client = createUpstream({ timeoutMs: 1_000 })
  const litellm_params = { model: 'openai/m', api_base: server.url, api_key: 'k' }
  const model = {
    deployment: deploymentOf({ model_name: 'm', litellm_params }, {}),
    params: {},
    info: {},
    stored: false,
  }
  const probed = await sendProbe(model, probeOf(model, 1_000)!, client, 1_000)
  expect(probed).toMatchObject({ healthy: false, error: 'The upstream answered with status 302.' })
  await client.close()
  await server.close()
})
