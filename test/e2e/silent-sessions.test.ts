import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { litellm } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { startRealtimeUpstream } from '../support/realtime-upstream.ts'

const SAID = 'The quick brown fox jumps over the lazy dog.'
/** Four bytes to a token. */
const SAID_TOKENS = 11
const INSTRUCTIONS = 'Speak of nothing but foxes, and be brief.'
const CREATED = { type: 'session.created', session: { id: 'sess_1', model: 'm', instructions: INSTRUCTIONS } }
const ASKED = {
  type: 'conversation.item.added',
  item: {
    id: 'item_1',
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: 'Say something, please.' }],
  },
}
const INPUT_TOKENS = 11 + 6
const output = (id = 'item_2') => [
  { id, type: 'message', role: 'assistant', content: [{ type: 'output_text', text: SAID }] },
]
const done = (rest: object = {}, response: object = { output: output() }) => ({
  type: 'response.done',
  response: { id: 'resp_1', object: 'realtime.response', status: 'completed', ...response, ...rest },
})

/** The row of a session in which the upstream has said this. */
async function rowOf(messages: readonly object[]) {
  const upstream = await startRealtimeUpstream(messages)
  cleanups.push(upstream.close)
  const app = await startApp({ upstream: upstream.url })
  cleanups.push(app.close)
  app.server.on('upgrade', litellm({ gateway: app.gateway }).upgrade)
  const { secret } = await app.key()
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/v1/realtime?model=gpt-4o`, {
    headers: { authorization: `Bearer ${secret}` },
  } as never)
  let seen = 0
  await new Promise<void>((resolve, reject) => {
    socket.onerror = reject
    socket.onmessage = () => ++seen === messages.length && resolve()
  })
  const ended = once(app.gateway.events, 'call:end')
  socket.close()
  await ended
  const [row] = await app.rows()
  return row!
}

const doubtOf = (row: Record<string, any>) =>
  Object.fromEntries(row.metadata.usage_doubt.map((one: any) => [one.figure, one]))

describe('a response of a session whose usage', () => {
  test.each<[string, object]>([
    ['is missing', {}],
    ['is null', { usage: null }],
    ['is empty', { usage: {} }],
    ['is nulls', { usage: { input_tokens: null, output_tokens: null, total_tokens: null } }],
    ['is zeros', { usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } }],
    ['has names that are not known', { usage: { tokens_in: 7 } }],
  ])('%s is estimated by what was said, and the row says so', async (_, usage) => {
    const row = await rowOf([CREATED, ASKED, done(usage)])
    expect(row).toMatchObject({ prompt_tokens: INPUT_TOKENS, completion_tokens: SAID_TOKENS, status: 'success' })
    expect(row.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false })
    expect(row.spend).toBeCloseTo(INPUT_TOKENS * 1e-6 + SAID_TOKENS * 2e-6, 12)
  })

  test('is missing reads all of the conversation again the second time', async () => {
    const row = await rowOf([CREATED, ASKED, done(), done({}, { output: output('item_3') })])
    expect(row).toMatchObject({ prompt_tokens: 2 * INPUT_TOKENS + SAID_TOKENS, completion_tokens: 2 * SAID_TOKENS })
  })

  test('is missing is added to what others have reported', async () => {
    const usage = { input_tokens: 100, output_tokens: 50, total_tokens: 150 }
    const row = await rowOf([CREATED, ASKED, done({ usage }), done({}, { output: output('item_3') })])
    expect(row.prompt_tokens).toBe(100 + INPUT_TOKENS + SAID_TOKENS)
    expect(row.completion_tokens).toBe(50 + SAID_TOKENS)
    expect(row.metadata.usage_source).toBe('estimated')
  })

  test('is missing has its audio counted by its length', async () => {
    const heard = [
      { type: 'input_audio_buffer.speech_started', audio_start_ms: 500, item_id: 'item_1' },
      { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 3_500, item_id: 'item_1' },
    ]
    // Two seconds of speech in pieces of 100 ms.
    const spoken = Array.from({ length: 20 }, () => ({
      type: 'response.output_audio.delta',
      delta: Buffer.alloc(4_800).toString('base64'),
    }))
    const transcript = { output: [{ id: 'i', content: [{ type: 'output_audio', transcript: SAID }] }] }
    const row = await rowOf([CREATED, ...heard, { type: 'response.created' }, ...spoken, done({}, transcript)])
    expect(row.prompt_tokens).toBe(11 + 30)
    expect(row.completion_tokens).toBeGreaterThanOrEqual(SAID_TOKENS + 40)
    expect(row.completion_tokens).toBeLessThan(SAID_TOKENS + 43)
    expect(row.metadata.usage_source).toBe('estimated')
  })

  test.each(['failed', 'cancelled'])('is missing because it has %s without a word is not billed', async (status) => {
    const row = await rowOf([CREATED, ASKED, done({ status }, { output: [] })])
    expect([row.spend, row.metadata.usage_source]).toEqual([0, 'none'])
  })

  test('never comes, because the session ends before, is counted as far as it has come', async () => {
    const words = [{ type: 'response.created' }, { type: 'response.output_text.delta', delta: SAID }]
    const row = await rowOf([CREATED, ASKED, ...words])
    expect(row).toMatchObject({ prompt_tokens: INPUT_TOKENS, completion_tokens: SAID_TOKENS })
    expect(row.metadata.usage_source).toBe('estimated')
  })

  test.each([1e18, '1e18', 2 ** 40])('says %j is counted instead, and the row says so', async (figure) => {
    const usage = { input_tokens: figure, output_tokens: figure, total_tokens: figure }
    const row = await rowOf([CREATED, ASKED, done({ usage, max_output_tokens: 'inf' })])
    expect(doubtOf(row)).toMatchObject({
      prompt_tokens: { reported: Number(figure) },
      completion_tokens: { reported: Number(figure) },
    })
    expect(row).toMatchObject({ prompt_tokens: INPUT_TOKENS, completion_tokens: SAID_TOKENS })
    expect(row.metadata.usage_source).toBe('estimated')
  })

  test('has audio beyond its total is cut to that', async () => {
    const usage = { input_tokens: 20, output_tokens: 10, output_token_details: { audio_tokens: 1e18 } }
    const row = await rowOf([CREATED, done({ usage })])
    expect(doubtOf(row)).toMatchObject({ 'completion_tokens_details.audio_tokens': { reported: 1e18, most: 10 } })
    expect(row.metadata.usage_source).toBe('reported')
  })
})

describe('a transcript of a session whose usage', () => {
  const session = { ...CREATED.session, audio: { input: { transcription: { model: 'whisper-1' } } } }
  const heard = [
    { type: 'session.created', session },
    { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'item_1' },
    { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 60_000, item_id: 'item_1' },
  ]
  const transcript = {
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'item_1',
    transcript: SAID,
  }
  const MINUTE_OF_WHISPER = 0.006

  test.each<[string, object]>([
    ['is missing', {}],
    ['is empty', { usage: {} }],
  ])('%s is estimated by the length of the speech', async (_, usage) => {
    const row = await rowOf([...heard, { ...transcript, ...usage }])
    expect(row.spend).toBeCloseTo(MINUTE_OF_WHISPER, 9)
    expect(row.metadata.usage_source).toBe('estimated')
  })

  test('is missing is estimated in tokens for a model that bills them', async () => {
    const audio = { input: { transcription: { model: 'gpt-4o-transcribe' } } }
    const created = { type: 'session.created', session: { ...CREATED.session, audio } }
    const row = await rowOf([created, ...heard.slice(1), transcript])
    expect(row.spend).toBeCloseTo(600 * 2.5e-6 + SAID_TOKENS * 10e-6, 9)
  })

  test('says 1e18 seconds is a day at most, and the row says so', async () => {
    const row = await rowOf([...heard, { ...transcript, usage: { type: 'duration', seconds: 1e18 } }])
    expect(row.spend).toBeCloseTo(MINUTE_OF_WHISPER * 24 * 60, 9)
    expect(doubtOf(row)).toMatchObject({ 'others.seconds': { reported: 1e18, most: 86_400 } })
  })
})
