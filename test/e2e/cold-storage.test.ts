import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { AWS_KEYS } from '../support/aws.ts'
import { cleanups } from '../support/cleanups.ts'
import { startObjectStore } from '../support/object-store.ts'
import { startStrictProviders } from '../support/strict/strict-providers.ts'
import { until } from '../support/until.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' })

async function setup(name: string) {
  const store = await startObjectStore()
  cleanups.push(() => store.close())
  const providers = await startStrictProviders()
  cleanups.push(() => providers.close())
  const account = { type: 'service_account', client_email: 'a@b', private_key, token_uri: `${store.url}/token` }
  const app = await startApp({
    upstream: '',
    options: {
      config: {
        model_list: [{ model_name: 'claude', litellm_params: providers.params.anthropic }],
        litellm_settings: {
          cold_storage_custom_logger: name,
          s3_callback_params: { s3_bucket_name: 'logs', s3_region_name: 'eu-west-1', s3_endpoint_url: store.url },
        },
        environment_variables: {
          DEFAULT_FLUSH_INTERVAL_SECONDS: '0.02',
          AWS_ACCESS_KEY_ID: AWS_KEYS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: AWS_KEYS.secretAccessKey,
          GCS_BUCKET_NAME: 'logs',
          GCS_PATH_SERVICE_ACCOUNT: JSON.stringify(account),
          STORAGE_EMULATOR_HOST: store.url,
        },
      },
    },
  })
  cleanups.push(() => app.close())
  const { secret } = await app.key({ user_id: 'u1' })
  const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })
  const texts = async (id: string, by = MASTER_KEY) => {
    const headers = { authorization: `Bearer ${by}` }
    const response = await fetch(`${app.url}/spend/logs/ui/${encodeURIComponent(id)}`, { headers })
    return { status: response.status, body: (await response.json()) as any }
  }
  return { ...app, store, providers, secret, client, texts }
}

describe.each(['s3_v2', 'gcs_bucket'])('%s', (name) => {
  test('keeps what was asked and answered under the key of the row, for log views and for conversations', async () => {
    const { rows, store, providers, client, texts, secret, key } = await setup(name)
    const first = await client.responses.create({ model: 'claude', input: 'Remember the blue door.' })
    const next = await client.responses.create({
      model: 'claude',
      input: 'Which door?',
      previous_response_id: first.id,
    })
    expect(next.output_text).toBe('You said: Which door?')
    expect(String(providers.requests.at(-1)?.body)).toContain('Remember the blue door.')

    const [row] = await rows()
    expect(row!.proxy_server_request).toEqual({})
    const at = row!.metadata.cold_storage_object_key
    expect(at).toMatch(/^\d{4}(-\d\d){2}\/time-(\d\d-){3}\d{6}_.+\.json$/)
    await until(() => store.objects.has(at))
    const kept = JSON.parse(store.objects.get(at)!)
    expect([kept.id, kept.metadata.cold_storage_object_key]).toEqual([row!.request_id, at])

    const shown = await texts(row!.request_id)
    expect(shown.body).toEqual({
      messages: kept.messages,
      response: kept.response,
      proxy_server_request: kept.proxy_server_request,
    })
    expect(JSON.stringify(shown.body)).toContain('Remember the blue door.')
    expect((await texts(row!.request_id, secret)).body).toEqual(shown.body)
    const other = await key({ user_id: 'u2' })
    expect((await texts(row!.request_id, other.secret)).status).toBe(403)

    // A bucket that has lost it shows what the row has: nothing.
    store.objects.clear()
    expect((await texts(row!.request_id)).status).toBe(200)
  })
})

test('a client cannot name the object that its row is shown from', async () => {
  const { rows, store, client, texts } = await setup('s3_v2')
  store.objects.set('secret.json', JSON.stringify({ messages: 'of another', response: 'canary' }))
  const metadata = { cold_storage_object_key: 'secret.json' }
  await client.chat.completions.create({ model: 'claude', messages: [{ role: 'user', content: 'Hi' }], metadata })
  const [row] = await rows()
  expect(row!.metadata.cold_storage_object_key).toMatch(/^\d{4}/)
  await until(() => store.objects.size > 1)
  expect(JSON.stringify(await texts(row!.request_id))).not.toContain('canary')
})
