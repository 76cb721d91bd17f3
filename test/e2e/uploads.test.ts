import { request } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { type Script, sendJson, startUpstream } from '../support/upstream.ts'

const minute: Script = (res) => sendJson(res, 200, { text: 'words', usage: { type: 'duration', seconds: 60 } })

async function setup(options: Partial<TestAppOptions> = {}, script = minute) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const litellm_params = { model: 'openai/whisper-1', api_base: upstream.url, api_key: 'sk-provider' }
  const models = [
    { model_name: 'whisper', litellm_params },
    { model_name: 'whisper-1', litellm_params },
  ]
  const app = await startApp({ upstream: upstream.url, models, ...options })
  cleanups.push(app.close)
  return { upstream, app, key: await app.key() }
}

/** Bytes that look like boundaries, fields and line ends. */
const AUDIO = Buffer.concat([
  Buffer.from('\r\n--X\r\nContent-Disposition: form-data; name="model"\r\n\r\nnot-this\r\n--b'),
  Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256)),
])

function form(model: string, boundary = 'b0undary') {
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg\r\n\r\n`
  const body = Buffer.concat([
    Buffer.from(field('user', 'customer-1') + head),
    AUDIO,
    Buffer.from(`\r\n${field('model', model)}--${boundary}--\r\n`),
  ])
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

const PATH = '/v1/audio/transcriptions'

test('an upload reaches the upstream byte for byte, but for the name of its model', async () => {
  const { app, key, upstream } = await setup()
  const { body, headers } = form('whisper')
  const response = await fetch(app.url + PATH, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.secret}`, ...headers },
    body,
  })
  expect(response.status).toBe(200)
  expect(upstream.requests[0]!.body.equals(form('whisper-1').body)).toBe(true)
  expect(upstream.requests[0]!.headers['content-type']).toBe(headers['content-type'])
  const [row] = await app.rows()
  expect(row).toMatchObject({ model_group: 'whisper', end_user: 'customer-1', call_type: 'atranscription' })
  expect(row!.spend).toBeCloseTo(0.006, 12)
})

test('an upload whose model is called the same is not changed at all', async () => {
  const { app, key, upstream } = await setup()
  const { body, headers } = form('whisper-1')
  const authorization = `Bearer ${key.secret}`
  await fetch(app.url + PATH, { method: 'POST', headers: { authorization, ...headers }, body })
  expect(upstream.requests[0]!.body.equals(body)).toBe(true)
})

test.each(['with its length', 'in chunks'])(
  'an upload that is too large, sent %s, is refused with 413',
  async (how) => {
    const { app, key, upstream } = await setup({ options: { maxBodyBytes: 50_000 } })
    const { body, headers } = form('whisper')
    const length = how === 'with its length' ? { 'content-length': body.length } : {}
    const status = await new Promise((resolve, reject) => {
      const authorization = `Bearer ${key.secret}`
      const upload = request(app.url + PATH, { method: 'POST', headers: { authorization, ...headers, ...length } })
      upload.on('response', (res) => resolve(res.resume().statusCode)).on('error', reject)
      upload.write(body.subarray(0, 60_000))
    })
    expect(status).toBe(413)
    expect(upstream.requests).toHaveLength(0)
  },
)

describe('an answer that does not say how long the sound was', () => {
  /** Half a minute: 16 kHz, 16 bits, mono. */
  const sound = () => {
    const wav = Buffer.alloc(44 + 960_000)
    wav.write('RIFF')
    wav.write('WAVEfmt ', 8)
    wav.writeUInt32LE(16, 16)
    wav.writeUInt32LE(32_000, 28)
    wav.write('data', 36)
    wav.writeUInt32LE(960_000, 40)
    return new Blob([wav], { type: 'audio/wav' })
  }

  test.each<[string, Script]>([
    ['in JSON', (res) => sendJson(res, 200, { text: 'words', x_groq: { id: 'req_1' } })],
    ['as subtitles', (res) => void res.writeHead(200, { 'content-type': 'text/plain' }).end('1\nwords\n')],
  ])('%s is billed by the file, and says so', async (_, script) => {
    const { app, key } = await setup({}, script)
    const body = new FormData()
    body.append('file', sound(), 'a.wav')
    body.append('model', 'whisper')
    await fetch(app.url + PATH, { method: 'POST', headers: { authorization: `Bearer ${key.secret}` }, body })
    const [row] = await app.rows()
    expect(row!.spend).toBeCloseTo(0.003, 12)
    expect(row!.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false })
  })

  test('is not billed when it is an error', async () => {
    const { app, key } = await setup({}, (res) => sendJson(res, 400, { error: { message: 'no' } }))
    const body = new FormData()
    body.append('file', sound(), 'a.wav')
    body.append('model', 'whisper')
    await fetch(app.url + PATH, { method: 'POST', headers: { authorization: `Bearer ${key.secret}` }, body })
    expect((await app.rows())[0]).toMatchObject({ spend: 0, status: 'failure' })
  })
})
