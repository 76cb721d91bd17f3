import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { sendJson, startUpstream } from '../support/upstream.ts'

const MB = 1 << 20
const TRANSCRIPTIONS = '/v1/audio/transcriptions'

/** A gateway in front of an upstream that refuses fields which the provider does not know. */
async function setup() {
  const upstream = await startUpstream((res, { url }) =>
    url.endsWith('/images/edits')
      ? sendJson(res, 200, { created: 1, data: [{ b64_json: '' }], usage: { input_tokens: 5, output_tokens: 7 } })
      : sendJson(res, 200, { text: 'words', usage: { type: 'duration', seconds: 60 } }),
  )
  cleanups.push(upstream.close)
  const model = (model_name: string, name: string) => ({
    model_name,
    litellm_params: { model: name, api_base: upstream.url, api_key: 'sk-provider' },
  })
  const models = [
    model('whisper', 'openai/whisper-1'),
    model('image', 'openai/gpt-image-1'),
    model('proxy', 'litellm_proxy/whisper-1'),
  ]
  const app = await startApp({ upstream: upstream.url, models })
  cleanups.push(app.close)
  const { secret } = await app.key({ metadata: { allow_client_tags: true } })
  async function send(
    parts: readonly string[],
    { path = TRANSCRIPTIONS, file = 10, length = true, fileField = 'file' } = {},
  ) {
    upstream.forget()
    const [before = '', after = ''] = parts
    const body = Buffer.concat([
      Buffer.from(before + FILE.replace('name="file"', `name="${fileField}"`)),
      Buffer.alloc(file, 'sound'),
      Buffer.from(`\r\n${after}--b--\r\n`),
    ])
    const sent = request(app.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': `multipart/form-data; boundary=b`,
        ...(length && { 'content-length': body.length }),
      },
    })
    sent.on('error', () => {})
    sent.end(body)
    const [response] = await once(sent, 'response')
    let text = ''
    for await (const piece of response.setEncoding('utf8')) text += piece
    const [asked] = upstream.requests
    return {
      status: response.statusCode as number,
      text,
      fields: asked && (await fieldsOf(asked)),
      headers: asked?.headers ?? {},
    }
  }
  return { app, send, row: async () => (await app.rows()).at(-1)! }
}

/** As a server reads them: every name with its values; a file is its size. */
async function fieldsOf({ body, headers }: { body: Buffer; headers: object }): Promise<Record<string, unknown[]>> {
  const stated = Number((headers as Record<string, string>)['content-length'] ?? body.length)
  expect(body.length).toBe(stated)
  const type = (headers as Record<string, string>)['content-type']!
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  const fields: Record<string, unknown[]> = {}
  for (const [name, value] of form)
    fields[name] = [...(fields[name] ?? []), typeof value === 'string' ? value : value.size]
  return fields
}

const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const FILE = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
const MODEL = field('model', 'whisper')

/** Members of the gateway in the ways that clients write them. */
const WAYS: Readonly<Record<string, string>> = {
  'as JSON': [
    field('metadata', JSON.stringify({ tags: ['a'], team: 'x', agent_id: 'agent-1' })),
    field('tags', '["b"]'),
    field('session_id', 'session-1'),
  ].join(''),
  'in brackets': [
    field('metadata[tags][]', 'a'),
    field('metadata[team]', 'x'),
    field('metadata[agent_id]', 'agent-1'),
    field('tags[]', 'b'),
    field('litellm_session_id', 'session-1'),
  ].join(''),
  'as LiteLLM has them': [
    field('litellm_metadata', JSON.stringify({ tags: ['a'], agent_id: 'agent-1' })),
    field('request_tags', '["b"]'),
    field('litellm_trace_id', 'session-1'),
  ].join(''),
}
const MORE = [
  field('extra_headers', JSON.stringify({ 'x-feature': 'on', authorization: 'Bearer sk-mine' })),
  field('extra_body', JSON.stringify({ temperature: 0.5, timestamp_granularities: ['word', 'segment'] })),
  field('num_retries', '1'),
  field('no-log', 'false'),
].join('')

/** Small ones are held, large ones pass while they come, or wait on the disk for their model. */
const SIZES: Readonly<Record<string, (members: string) => [parts: readonly string[], file: number]>> = {
  'is held': (members) => [[field('language', 'en') + members + MODEL, field('prompt', 'p')], 10],
  'is held, with its members behind the file': (members) => [
    [MODEL + field('language', 'en'), field('prompt', 'p') + members],
    10,
  ],
  'passes while it comes': (members) => [[members + MODEL + field('language', 'en'), field('prompt', 'p')], 6 * MB],
  'waits for its model': (members) => [[field('language', 'en') + members, field('prompt', 'p') + MODEL], 6 * MB],
}

const CASES = Object.keys(WAYS).flatMap((way) => Object.keys(SIZES).map((size) => [way, size] as const))

describe('members of the gateway in a form', () => {
  test.each(CASES)('%s are used, and not sent upstream (a form that %s)', async (way, size) => {
    const { send, row } = await setup()
    const [parts, file] = SIZES[size]!(WAYS[way]! + MORE)
    const { status, text, fields, headers } = await send(parts, { file })
    expect([status, text]).toEqual([200, expect.stringContaining('words')])
    expect(fields).toEqual({
      model: ['whisper-1'],
      language: ['en'],
      prompt: ['p'],
      temperature: ['0.5'],
      'timestamp_granularities[]': ['word', 'segment'],
      file: [file],
    })
    expect(headers).toMatchObject({ 'x-feature': 'on', authorization: 'Bearer sk-provider' })
    const { session_id, request_tags, agent_id, metadata } = await row()
    expect([session_id, agent_id]).toEqual(['session-1', 'agent-1'])
    expect(request_tags).toEqual(expect.arrayContaining(['a', 'b']))
    if (way !== 'as LiteLLM has them') expect(metadata.requester_metadata).toMatchObject({ team: 'x' })
  })

  test('of edits of images are used, and not sent upstream', async () => {
    const { send, row } = await setup()
    const members = field('model', 'image') + field('prompt', 'p') + WAYS['as JSON']
    const { status, fields } = await send([members], { path: '/v1/images/edits', fileField: 'image' })
    expect([status, fields]).toEqual([200, { model: ['gpt-image-1'], prompt: ['p'], image: [10] }])
    expect((await row()).session_id).toBe('session-1')
  })

  test('that is sent without a length is passed on without one', async () => {
    const { send } = await setup()
    const { status, fields } = await send([WAYS['as JSON'] + MODEL], { file: 6 * MB, length: false })
    expect([status, Object.keys(fields!)]).toEqual([200, ['model', 'file']])
  })

  test('go to a deployment that is a LiteLLM gateway', async () => {
    const { send } = await setup()
    const { fields } = await send([field('tags[]', 'a') + field('session_id', 's') + field('model', 'proxy')])
    expect(fields).toEqual({ 'tags[]': ['a'], session_id: ['s'], model: ['whisper-1'], file: [10] })
  })

  test.each(['session_id', 'extra_headers', 'metadata[tags][]', 'timeout'])(
    '`%s` behind the file of a form that passes is refused',
    async (name) => {
      const { send } = await setup()
      const { status, text } = await send([MODEL, field(name, 'x')], { file: 6 * MB })
      expect([status, text]).toEqual([400, expect.stringContaining('must come before its files')])
    },
  )

  test.each(['extra_body', 'extra_headers'])('`%s` that is no object is refused', async (name) => {
    const { send } = await setup()
    const { status, text } = await send([MODEL + field(name, 'x')])
    expect([status, text]).toEqual([400, expect.stringContaining('must be an object')])
  })

  test('name no other model, and make no parts of their own', async () => {
    const { send } = await setup()
    const evil = { prompt: `x\r\n${field('model', 'dear')}`, model: 'dear' }
    const { status, fields } = await send([MODEL + field('extra_body', JSON.stringify(evil))])
    expect([status, fields!.model, Object.keys(fields!).sort()]).toEqual([
      200,
      ['whisper-1'],
      ['file', 'model', 'prompt'],
    ])
  })

  test('replace fields of the same name', async () => {
    const { send } = await setup()
    const { fields } = await send([MODEL + field('temperature', '1') + field('extra_body', '{"temperature": 0}')])
    expect(fields!.temperature).toEqual(['0'])
  })
})
