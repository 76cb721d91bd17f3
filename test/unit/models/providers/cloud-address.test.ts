import { describe, expect, test } from '@jest/globals'
import { deploymentOf } from '../../../../src/config/models/deployments.ts'
import { messageOf } from '../../config/support.ts'

const made = (litellm_params: object, env: Record<string, string> = {}) =>
  deploymentOf({ model_name: 'm', litellm_params }, env)

const bedrock = (region: string) => `https://bedrock-runtime.${region}.amazonaws.com/openai/v1`
const ARN = 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-x-v1:0'

describe('bedrock', () => {
  test.each<[object, Record<string, string>, string, string]>([
    [{ model: 'bedrock/anthropic.claude-x' }, {}, 'us-west-2', 'anthropic.claude-x'],
    [
      { model: 'bedrock/anthropic.claude-x', aws_region_name: 'eu-west-1' },
      { AWS_REGION: 'x-1' },
      'eu-west-1',
      'anthropic.claude-x',
    ],
    [
      { model: 'bedrock/converse/us.anthropic.claude-x' },
      { AWS_REGION: 'us-east-2' },
      'us-east-2',
      'us.anthropic.claude-x',
    ],
    [
      { model: 'bedrock/ap-northeast-1/anthropic.claude-x' },
      { AWS_REGION: 'us-east-2' },
      'ap-northeast-1',
      'anthropic.claude-x',
    ],
    [{ model: `bedrock/${ARN}` }, { AWS_REGION: 'us-east-2' }, 'eu-central-1', ARN],
  ])('%j with %j is in %s', (params, env, region, model) => {
    expect(made(params, env)).toMatchObject({ baseUrl: bedrock(region), model, credential: { kind: 'aws', region } })
  })

  test('is where an endpoint of its own is', () => {
    const params = { model: 'bedrock/x', aws_bedrock_runtime_endpoint: 'https://vpce-1.example/' }
    expect(made(params).baseUrl).toBe('https://vpce-1.example/openai/v1')
    expect(made({ model: 'bedrock/x' }, { AWS_BEDROCK_RUNTIME_ENDPOINT: 'https://e' }).baseUrl).toBe(
      'https://e/openai/v1',
    )
  })

  test("the environment's token goes to Amazon only", () => {
    const env = { AWS_BEARER_TOKEN_BEDROCK: 'token' }
    expect(made({ model: 'bedrock/x' }, env).headers).toEqual({ authorization: 'Bearer token' })
    expect(made({ model: 'bedrock/x', api_base: 'https://amazonaws.com.evil' }, env).headers).toEqual({})
  })

  test('a region that is none is a mistake', () => {
    expect(messageOf(() => made({ model: 'bedrock/x', aws_region_name: 'evil.example/' }))).toContain('aws_region_name')
  })
})

describe('vertex_ai', () => {
  const at = (host: string, project: string, location: string) =>
    `https://${host}/v1/projects/${project}/locations/${location}/endpoints/openapi`

  test.each<[object, Record<string, string>, string]>([
    [{ vertex_project: 'p' }, {}, at('us-central1-aiplatform.googleapis.com', 'p', 'us-central1')],
    [{ vertex_project: 'p', vertex_location: 'global' }, {}, at('aiplatform.googleapis.com', 'p', 'global')],
    [{}, { VERTEXAI_PROJECT: 'q', VERTEXAI_LOCATION: 'eu-1' }, at('eu-1-aiplatform.googleapis.com', 'q', 'eu-1')],
    [{ vertex_credentials: { project_id: 'r' } }, {}, at('us-central1-aiplatform.googleapis.com', 'r', 'us-central1')],
    [{ api_base: 'https://psc.example/v1/', vertex_project: 'p' }, {}, at('psc.example', 'p', 'us-central1')],
  ])('%j with %j', (params, env, expected) => {
    expect(made({ model: 'vertex_ai/gemini-x', ...params }, env).baseUrl).toBe(expected)
  })

  test('without a project is a mistake that says what is missing', () => {
    expect(messageOf(() => made({ model: 'vertex_ai/gemini-x' }))).toContain('`vertex_project` is missing')
  })
})
