import { expect, test } from '@jest/globals'
import { storedPrompt } from '../../../../src/ledger/record/stored-prompt.ts'

const keep = (value: unknown, maxLength = 2_048) => storedPrompt(value, { maxLength })

test('a text that is too long loses its middle, as in LiteLLM', () => {
  const kept = keep(`${'a'.repeat(1_000)}${'b'.repeat(4_000)}`) as string
  expect(kept).toBe(`${'a'.repeat(716)}... (litellm_truncated skipped 2953 chars) ...${'b'.repeat(1_331)}`)
  expect(keep('x'.repeat(2_048))).toBe('x'.repeat(2_048))
})

test('everything else stays as it is, in any depth', () => {
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    n: 1,
    stream: false,
  }
  expect(keep({ ...body, stop: null })).toEqual({ ...body, stop: null })
})

test.each(['api_key', 'secret_fields', 'aws_secret_access_key', 'aws_session_token', 'vertex_credentials', 'password'])(
  'what a client sends as %s is not kept',
  (name) => expect(keep({ model: 'm', max_tokens: 5, [name]: 'hidden' })).toEqual({ model: 'm', max_tokens: 5 }),
)

test('what PostgreSQL refuses is cleaned: NUL, lone surrogates, NaN, a hundred thousand levels', () => {
  let deep: unknown = 'end'
  for (let level = 0; level < 100_000; level++) deep = [deep]
  const text = JSON.stringify(keep({ nul: 'a\0b', half: '\ud800', nan: Number.NaN, deep }))
  expect(text).toContain('"nul":"ab"')
  expect(text).toContain('"nan":null')
  expect(text.isWellFormed()).toBe(true)
})

test('a column has a bound', () => {
  const text = JSON.stringify(keep({ data: Array.from({ length: 100_000 }, (_, n) => `vector ${n}`) }))
  expect(text.length).toBeLessThan(600_000)
})
