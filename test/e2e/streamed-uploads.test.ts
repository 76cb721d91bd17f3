import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { Agent, type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import OpenAI, { toFile } from 'openai'
import { type Gateway, litellm } from '../../src/index.ts'
import { startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { sendJson } from '../support/upstream.ts'

const MB = 1 << 20
const PATH = '/v1/audio/transcriptions'
const minute = (res: ServerResponse) => sendJson(res, 200, { text: 'words', usage: { type: 'duration', seconds: 60 } })

interface Received {
  readonly headers: IncomingMessage['headers']
  readonly pieces: Buffer[]
  readonly req: IncomingMessage
  /** Its connection was closed before all of it had come. */
  cut: boolean
}

type Handler = (req: IncomingMessage, res: ServerResponse, received: Received) => unknown

/** Reads to the end, then answers. */
const patient =
  (answer: (res: ServerResponse) => unknown = minute): Handler =>
  (req, res, { pieces }) => {
    req.on('data', (bytes) => pieces.push(bytes)).on('end', () => answer(res))
  }

/** An upstream that shows what of a request has come, before it is complete. */
async function startReceiver(handle: Handler) {
  const received: Received[] = []
  const server = createServer((req, res) => {
    const one: Received = { headers: req.headers, pieces: [], req, cut: false }
    received.push(one)
    req
      .on('error', () => {})
      .on('close', () => {
        one.cut = !req.complete
      })
    void handle(req, res, one)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(() => void server.close().closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, received }
}

async function setup(handle: Handler = patient(), options: Partial<TestAppOptions> = {}, before: object[] = []) {
  const upstream = await startReceiver(handle)
  const litellm_params = { model: 'openai/whisper-1', api_base: upstream.url, api_key: 'sk-provider' }
  const models = [...before, { model_name: 'whisper', litellm_params }]
  const app = await startApp({ upstream: upstream.url, models, ...options })
  cleanups.push(app.close)
  const { secret } = await app.key()
  const start = (headers: Record<string, string | number> = {}, agent?: Agent): Sending => {
    const sent = request(app.url + PATH, {
      method: 'POST',
      agent,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'multipart/form-data; boundary=b', ...headers },
    })
    const response = new Promise<{ status: number; body: string }>((resolve, reject) => {
      sent.on('error', reject).on('response', async (res) => {
        let body = ''
        for await (const text of res.setEncoding('utf8')) body += text
        resolve({ status: res.statusCode!, body })
      })
    })
    response.catch(() => {})
    return { sent, response }
  }
  return { app, secret, received: upstream.received, start }
}

interface Sending {
  readonly sent: ClientRequest
  readonly response: Promise<{ status: number; body: string }>
}

const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const FILE = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
const BEGINNING = Buffer.from(field('user', 'customer-1') + field('model', 'whisper') + FILE)
const END = Buffer.from(`\r\n${field('language', 'en')}--b--\r\n`)

/** Two minutes and more: 16 kHz, 16 bits, mono. */
function wav(bytes: number): Buffer {
  const file = Buffer.alloc(bytes, 'sound')
  file.write('RIFF\0\0\0\0WAVEfmt ', 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt32LE(32_000, 28)
  file.write('data', 36)
  file.writeUInt32LE(0, 40)
  return file
}

const bytesOf = ({ pieces }: Received) => pieces.reduce((sum, { length }) => sum + length, 0)

describe('a large upload', () => {
  test('reaches the upstream while the client still sends, byte for byte but for the name of its model', async () => {
    const { app, start, received } = await setup()
    const file = wav(12 * MB)
    const whole = Buffer.concat([BEGINNING, file, END])
    const { sent, response } = start({ 'content-length': whole.length })
    sent.write(whole.subarray(0, 8 * MB))
    await until(() => received.length === 1 && bytesOf(received[0]!) > 5 * MB)
    sent.end(whole.subarray(8 * MB))
    expect((await response).status).toBe(200)
    const expected = Buffer.concat([Buffer.from(BEGINNING.toString().replace('whisper', 'whisper-1')), file, END])
    expect(Buffer.concat(received[0]!.pieces).equals(expected)).toBe(true)
    expect(received[0]!.headers['content-length']).toBe(String(expected.length))
    const [row] = await app.rows()
    expect(row).toMatchObject({ model_group: 'whisper', end_user: 'customer-1', call_type: 'atranscription' })
    expect(row!.spend).toBeCloseTo(0.006, 12)
  })

  test('without a length is passed on without one', async () => {
    const { start, received } = await setup()
    const { sent, response } = start()
    sent.write(BEGINNING)
    sent.end(Buffer.concat([wav(6 * MB), END]))
    expect((await response).status).toBe(200)
    expect(received[0]!.headers).toMatchObject({ 'transfer-encoding': 'chunked' })
    expect(bytesOf(received[0]!)).toBe(BEGINNING.length + 2 + 6 * MB + END.length)
  })

  test('is billed by its sound, where the answer does not say how long that was', async () => {
    const { app, start } = await setup(patient((res) => sendJson(res, 200, { text: 'words' })))
    const { sent, response } = start()
    sent.end(Buffer.concat([BEGINNING, wav(44 + 60 * 4 * 32_000), END]))
    expect((await response).status).toBe(200)
    const [row] = await app.rows()
    expect(row!.spend).toBeCloseTo(0.024, 12)
    expect(row!.metadata).toMatchObject({ usage_source: 'estimated' })
  })

  test('goes no faster than the upstream takes it, and is not held meanwhile', async () => {
    let taken = 0
    const stalls: Handler = (req) =>
      req.on('data', ({ length }) => {
        taken += length
        if (taken > 6 * MB) req.pause()
      })
    const { app, start, received } = await setup(stalls, { options: { maxBodyBytes: 300 * MB } })
    const { sent } = start()
    sent.write(BEGINNING)
    const piece = Buffer.alloc(MB)
    let written = 0
    const settled = (async () => {
      while (written < 200 * MB && !sent.destroyed) {
        if (!sent.write(piece)) await Promise.race([once(sent, 'drain'), setTimeout(1_500, undefined, { ref: false })])
        if (sent.writableNeedDrain) return
        written += MB
      }
    })()
    await settled
    expect(received).toHaveLength(1)
    // What is held of the form, what the file is known by, and what four sockets hold between the three of us.
    expect(written).toBeLessThan(40 * MB)
    // Who reads nothing of a socket does not hear that it was closed either: the upstream ends it.
    sent.on('error', () => {}).destroy()
    received[0]!.req.destroy()
    await until(async () => (await app.rows()).length === 1)
  })
})

describe('a large upload that must not go on', () => {
  test('because it becomes too large is refused, and the upstream never gets its end', async () => {
    const { app, start, received } = await setup(patient(), { options: { maxBodyBytes: 6 * MB } })
    const { sent, response } = start()
    sent.write(Buffer.concat([BEGINNING, wav(5 * MB)]))
    await until(() => received.length === 1 && bytesOf(received[0]!) > 5 * MB)
    sent.write(Buffer.alloc(MB + 1))
    expect((await response).status).toBe(413)
    await until(() => received[0]!.cut)
    expect(received).toHaveLength(1)
    expect((await app.rows())[0]).toMatchObject({ status: 'failure', spend: 0, end_user: 'customer-1' })
  })

  test('because it names another model at its end is refused, and the upstream never gets that', async () => {
    const { app, start, received } = await setup()
    const { sent, response } = start()
    sent.write(Buffer.concat([BEGINNING, wav(5 * MB)]))
    await until(() => received.length === 1 && bytesOf(received[0]!) > 5 * MB)
    sent.end(`\r\n${field('model', 'dear')}--b--\r\n`)
    const { status, body } = await response
    expect(status).toBe(400)
    expect(body).toContain('more than one field `model`')
    await until(() => received[0]!.cut)
    expect(Buffer.concat(received[0]!.pieces).includes('dear')).toBe(false)
    const [row] = await app.rows()
    expect(row).toMatchObject({ status: 'failure', spend: 0 })
    expect(row!.metadata.error_information).toMatchObject({ error_code: '400' })
  })

  test('because its client has left stops the upstream, and says so in its row', async () => {
    const { app, start, received } = await setup()
    const { sent } = start({ 'content-length': 20 * MB })
    sent.on('error', () => {}).write(Buffer.concat([BEGINNING, wav(5 * MB)]))
    await until(() => received.length === 1 && bytesOf(received[0]!) > 5 * MB)
    sent.destroy()
    await until(() => received[0]!.cut)
    await until(async () => (await app.rows()).length === 1)
    const [row] = await app.rows()
    expect(row).toMatchObject({ status: 'failure', spend: 0 })
    expect(row!.metadata.error_information).toMatchObject({ error_code: '499' })
  })
})

test.each([
  ['a large upload', Buffer.concat([BEGINNING, wav(4 * MB)]), {}],
  ['a call', Buffer.from(JSON.stringify({ model: 'whisper', input: 'x' })), { 'content-type': 'application/json' }],
])('%s whose client leaves while it is being checked is not passed on', async (_, body, headers) => {
  const { promise, resolve: open } = Promise.withResolvers<void>()
  let entered = 0
  const waiting = (gateway: Gateway): Gateway['admission'] => ({
    ...gateway.admission,
    async admit(attempt) {
      entered++
      await promise
      return await gateway.admission.admit(attempt)
    },
  })
  const { app, start, received } = await setup(patient(), {
    app: (gateway) => express().use(litellm({ gateway: { ...gateway, admission: waiting(gateway) } })),
  })
  const left = start({ 'content-length': body.length, ...headers })
  left.sent.on('error', () => {}).write(body)
  await until(() => entered === 1)
  const ended = once(app.gateway.events, 'call:end')
  left.sent.destroy()
  await ended
  open()
  const next = start()
  next.sent.end(Buffer.concat([BEGINNING, END]))
  expect((await next.response).status).toBe(200)
  expect(received).toHaveLength(1)
  const rows = await app.rows()
  expect(rows.map(({ metadata }) => metadata.error_information?.error_code)).toEqual(['499', undefined])
})

test('an upstream that refuses an upload before its end is heard, and the client is rid of the rest', async () => {
  const refusal = { error: { message: 'Bad key', type: 'invalid_request_error', code: 'invalid_api_key' } }
  const { app, start, received } = await setup((req, res) => {
    req.once('data', () => sendJson(res, 401, refusal))
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  cleanups.push(() => agent.destroy())
  const whole = Buffer.concat([BEGINNING, wav(20 * MB), END])
  const first = start({ 'content-length': whole.length }, agent)
  first.sent.write(whole.subarray(0, 8 * MB))
  const { status, body } = await first.response
  expect([status, JSON.parse(body)]).toEqual([401, refusal])
  first.sent.end(whole.subarray(8 * MB))
  const second = start({}, agent)
  second.sent.end('--b--')
  expect((await second.response).status).toBe(400)
  // A refused credential is asked about by a small call of the gateway's own.
  const uploads = received.filter(({ headers }) => headers['content-type']?.startsWith('multipart/'))
  expect(uploads).toHaveLength(1)
  expect((await app.rows())[0]).toMatchObject({ status: 'failure', spend: 0 })
})

describe('a large upload whose upstream fails', () => {
  test('before any of it was taken is sent to the next', async () => {
    const dead = { model: 'openai/whisper-1', api_base: 'http://127.0.0.1:1/v1', api_key: 'sk', order: 1 }
    const { app, start, received } = await setup(patient(), { options: undefined }, [
      { model_name: 'whisper', litellm_params: dead },
    ])
    const { sent, response } = start()
    sent.end(Buffer.concat([BEGINNING, wav(6 * MB), END]))
    expect((await response).status).toBe(200)
    expect(bytesOf(received[0]!)).toBe(BEGINNING.length + 2 + 6 * MB + END.length)
    expect(await app.rows()).toHaveLength(1)
  })

  test('with part of it is not sent anywhere again', async () => {
    const { app, start, received } = await setup(patient((res) => sendJson(res, 500, { error: { message: 'no' } })))
    const { sent, response } = start()
    sent.end(Buffer.concat([BEGINNING, wav(8 * MB), END]))
    expect((await response).status).toBe(500)
    expect(received).toHaveLength(1)
    expect(await app.rows()).toMatchObject([{ status: 'failure', spend: 0 }])
  })
})

describe('a large upload whose model comes behind its file', () => {
  const whole = Buffer.concat([
    Buffer.from(FILE),
    wav(12 * MB),
    Buffer.from(`\r\n${field('model', 'whisper')}${field('user', 'customer-1')}--b--\r\n`),
  ])

  test('reaches the upstream byte for byte but for that, and can be repeated', async () => {
    let tries = 0
    const { app, start, received } = await setup(
      patient((res) => (++tries === 1 ? sendJson(res, 500, { error: { message: 'no' } }) : minute(res))),
    )
    const { sent, response } = start()
    sent.end(whole)
    expect((await response).status).toBe(200)
    const expected = Buffer.from(whole.toString('latin1').replace('whisper', 'whisper-1'), 'latin1')
    expect(received.map(({ pieces }) => Buffer.concat(pieces).equals(expected))).toEqual([true, true])
    expect(received[0]!.headers['content-length']).toBe(String(expected.length))
    expect(await app.rows()).toMatchObject([{ end_user: 'customer-1', model_group: 'whisper', status: 'success' }])
  })

  test('leaves no file behind, and none open', async () => {
    const before = await uploadsOnDisk()
    const { app, start } = await setup()
    const { sent, response } = start()
    sent.end(whole)
    await response
    await app.rows()
    await until(async () => (await uploadsOnDisk()) === before)
  })

  test('is refused when it becomes too large, and is in no memory meanwhile', async () => {
    const { start, received } = await setup(patient(), { options: { maxBodyBytes: 10 * MB } })
    const { sent, response } = start()
    sent.on('error', () => {}).write(whole.subarray(0, 10 * MB + 1))
    expect((await response).status).toBe(413)
    expect(received).toHaveLength(0)
  })

  test('of which the client leaves goes nowhere', async () => {
    const { app, start, received } = await setup()
    const { sent } = start()
    sent.on('error', () => {}).write(whole.subarray(0, 10 * MB))
    await until(async () => (await uploadsOnDisk()) > 0)
    sent.destroy()
    await until(async () => (await uploadsOnDisk()) === 0)
    expect(received).toHaveLength(0)
    expect(await app.rows()).toHaveLength(0)
  })
})

/** Files of uploads that this process has open: they have no name any more. */
async function uploadsOnDisk(): Promise<number> {
  const names = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return names.filter((name) => name.includes('express-litellm-')).length
}

describe('the openai client', () => {
  test.each(['before', 'behind'])('uploads a large file with its model %s it', async (where) => {
    const { app, secret, received } = await setup()
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })
    const file = await toFile(wav(6 * MB), 'a.wav')
    const body = where === 'before' ? { model: 'whisper', file } : { file, model: 'whisper' }
    const { text } = await client.audio.transcriptions.create(body)
    expect(text).toBe('words')
    expect(Buffer.concat(received[0]!.pieces).includes('whisper-1')).toBe(true)
    const rows = await app.rows()
    expect(rows).toMatchObject([{ model_group: 'whisper', status: 'success' }])
    expect(rows[0]!.spend).toBeCloseTo(0.006, 12)
  })
})
