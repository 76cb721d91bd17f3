import { expect, test } from '@jest/globals'
import { type LiteLLMOptions, resolveOptions } from '../../../src/config/options.ts'
import { ConfigError } from '../../../src/errors.ts'

const resolve = (options: LiteLLMOptions = {}, env = {}) => resolveOptions({ config: {}, ...options }, env, '/home/app')

test('durability and the journal say the same in code and in a file', () => {
  const inFile = {
    durability: 'journal',
    journal: { dir: 'j', fsync: 'interval', max_bytes: '70000', on_full: 'reject' },
  }
  const inCode = {
    durability: 'journal',
    journal: { dir: 'j', fsync: 'interval', maxBytes: 70_000, onFull: 'reject' },
  } as const
  const { durability, journal } = resolve(inCode)
  expect({ durability, journal }).toEqual({ ...inCode, journal: { ...inCode.journal, dir: '/home/app/j' } })
  const found = resolve({ config: { litellm_db: inFile } })
  expect([found.durability, found.journal]).toEqual([durability, journal])
})

test('nobody has to choose', () => {
  expect(resolve().durability).toBeUndefined()
  expect(resolve({ journal: { fsync: 'never' } }).journal).toMatchObject({ fsync: 'never', onFull: 'block' })
})

test.each([
  [{ durability: 'disk' }, '`litellm_db.durability` must be memory, journal or sync, got "disk".'],
  [{ journal: { fsync: 'often' } }, '`litellm_db.journal.fsync` must be always, interval or never, got "often".'],
  [{ journal: { max_bytes: 1 } }, '`litellm_db.journal.max_bytes` must be at least 65536, got 1.'],
  [{ journal: { maxBytes: 70_000 } }, '`litellm_db.journal.maxBytes` is unknown.'],
])('a mistake is one sentence: %j', (litellm_db, sentence) => {
  expect(() => resolve({ config: { litellm_db } })).toThrow(ConfigError)
  expect(() => resolve({ config: { litellm_db } })).toThrow(sentence)
})

test("LiteLLM's own switches for spend are acted on", () => {
  const general_settings = {
    disable_spend_logs: true,
    disable_spend_updates: true,
    maximum_spend_logs_retention_period: '30d',
    maximum_spend_logs_retention_interval: 3600,
  }
  const { spend, retention, ignored } = resolve({ config: { general_settings } })
  expect(spend).toMatchObject({ rows: false, disabled: true })
  expect(retention).toEqual({ ageMs: 30 * 86_400_000, intervalMs: 3_600_000 })
  expect(ignored).toEqual([])
})

test.each([
  [{ DISABLE_SPEND_LOGS: 'True' }, false],
  [{ DISABLE_SPEND_LOGS: 'false' }, true],
  [{ DISABLE_SPEND_LOGS: '' }, true],
])('the environment can switch log rows off: %j', (env, rows) => {
  expect(resolve({}, env).spend.rows).toBe(rows)
})
