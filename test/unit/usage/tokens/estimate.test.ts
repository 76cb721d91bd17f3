import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { Reading } from '../../../../src/usage/meter/reading.ts'
import { usageOf } from '../../../../src/usage/shapes/reader.ts'
import { countTokens } from '../../../../src/usage/tokens/count-tokens.ts'
import { countFailedInput, requestText, settleUsage } from '../../../../src/usage/tokens/estimate.ts'

/** One token a character, so that every number below can be counted by eye. */
const byCharacter = (text: string) => Promise.resolve(text.length)
const REQUEST = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
const ANSWERED = { request: REQUEST, finished: true }

function reading(known: Partial<Reading>): Reading {
  return { source: 'none', complete: false, ...known }
}

const relayed = (text: string, totalBytes = text.length) => ({ text, keptBytes: text.length, totalBytes })

describe('an answer that reports its usage', () => {
  test('is settled as reported', async () => {
    const usage = usageOf({ promptTokens: 1 })
    const settled = await settleUsage(reading({ usage, source: 'reported', complete: true }), ANSWERED, byCharacter)
    expect(settled).toEqual({ usage, usageSource: 'reported' })
  })
})

describe('an answer that reports its output only', () => {
  const silent = reading({ usage: usageOf({ completionTokens: 40 }), source: 'reported', complete: true })

  test('has its input counted, and says so', async () => {
    const settled = await settleUsage(silent, ANSWERED, byCharacter)
    expect(settled).toMatchObject({ usage: { promptTokens: 12, completionTokens: 40 }, usageSource: 'estimated' })
  })

  test('stands as it is where there is nothing to count', async () => {
    for (const request of [undefined, {}]) {
      const settled = await settleUsage(silent, { request, finished: true }, byCharacter)
      expect(settled).toEqual({ usage: silent.usage, usageSource: 'reported' })
    }
  })
})

describe('the input of a failed call', () => {
  test.each([
    ['in messages', { messages: [{ role: 'user', content: 'FAIL400' }] }],
    ['as a text, which is one message', { input: 'FAIL400' }],
  ])('%s is counted as LiteLLM does', async (_, request) => {
    expect(await countFailedInput(request)).toEqual({ usageSource: 'none', failedInput: 9 })
  })

  test('is guessed while many wait', async () => {
    const many = Array.from({ length: 40 }, () => countFailedInput({ input: 'x'.repeat(90) }))
    const counts = new Set((await Promise.all(many)).map(({ failedInput }) => failedInput))
    expect(counts.size).toBe(2)
  })
})

describe('an answer that broke off', () => {
  test('is counted: the request, and the text that was relayed', async () => {
    const settled = await settleUsage(reading({ relayed: relayed('abc') }), ANSWERED, byCharacter)
    // "hello", three tokens and a role for each message, and three for the answer's beginning.
    expect(settled).toMatchObject({ usage: { promptTokens: 12, completionTokens: 3 }, usageSource: 'estimated' })
  })

  test('keeps what the provider had said, where that is more', async () => {
    const usage = usageOf({ promptTokens: 70, completionTokens: 40, cacheReadTokens: 60 })
    const broken = reading({ usage, source: 'partial', relayed: relayed('abc') })
    const settled = await settleUsage(broken, ANSWERED, byCharacter)
    expect(settled).toMatchObject({
      usage: { promptTokens: 70, completionTokens: 40, cacheReadTokens: 60 },
      usageSource: 'estimated',
    })
  })

  test('is counted in proportion when only part of its text was kept', async () => {
    const { usage } = await settleUsage(reading({ relayed: relayed('abcd', 400) }), ANSWERED, byCharacter)
    expect(usage!.completionTokens).toBe(400)
  })

  test('before a word was said is not counted', async () => {
    const settled = await settleUsage(reading({ relayed: relayed('') }), { ...ANSWERED, finished: false }, byCharacter)
    expect(settled).toEqual({ usage: undefined, usageSource: 'none' })
  })
})

test('a whole answer without usage is counted, an error is not', async () => {
  const whole = reading({ complete: true, relayed: relayed('ab') })
  expect(await settleUsage(whole, ANSWERED, byCharacter)).toMatchObject({ usageSource: 'estimated' })
  const refused = reading({ complete: true, relayed: relayed(''), error: { error: 'no' } })
  expect(await settleUsage(refused, ANSWERED, byCharacter)).toMatchObject({ usageSource: 'none' })
})

describe('the text of a request', () => {
  test('is what a model reads, in every dialect', () => {
    const texts = [
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] },
      { system: 'hi', messages: [] },
      { input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }] },
      { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
      { prompt: ['hi'] },
    ].map((request) => requestText(request).text)
    expect(texts).toEqual(['hi', 'hi', 'hi', 'hi', 'hi'])
  })

  test('counts images instead of their data', () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]
    expect(requestText({ messages: [{ role: 'user', content }] })).toEqual({ text: '', messages: 1, images: 1 })
  })
})

describe('tokens', () => {
  const MODULE = new URL('../../../../src/usage/tokens/count-tokens.ts', import.meta.url)

  /** In a process of its own, which must end by itself. */
  async function run(script: string): Promise<unknown> {
    const args = ['--input-type=module', '-e', `const { countTokens } = await import('${MODULE}'); ${script}`]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 })
    return JSON.parse(stdout)
  }

  test('are counted by a thread of their own; when it ends, whoever waits is not forgotten', async () => {
    const script = `
      const threads = []
      process.on('worker', (thread) => threads.push(thread))
      const counts = [countTokens('hello world'), countTokens('hello')]
      await new Promise(setImmediate)
      for (const thread of threads) await thread.terminate()
      counts.push(countTokens('hello world'))
      console.log(JSON.stringify({ counts: await Promise.all(counts), threads: threads.length }))`
    expect(await run(script)).toEqual({ counts: [2, 1, 2], threads: 2 })
  })

  test('when they have been counted keep no process alive', async () => {
    expect(await run(`console.log(await countTokens('hello world'))`)).toBe(2)
  })

  test('are those of OpenAI’s newest encoding', async () => {
    expect(await countTokens('hello world')).toBe(2)
    expect(await countTokens('')).toBe(0)
  })

  test('special tokens in a text are text', async () => {
    expect(await countTokens('<|endoftext|>')).toBeGreaterThan(1)
  })

  test('a long run without a break is counted in pieces, and what is beyond the limit in proportion', async () => {
    expect(await countTokens('a'.repeat(1_000_000))).toBe(125_000)
  })
})
