import { expect, test } from '@jest/globals'
import { mergeSection, storedModelSettings } from '../../../../src/models/stored/config-table.ts'

test('nothing is read from the database unless it is said so, in the file or in the environment', () => {
  expect(storedModelSettings({}, {})).toEqual({
    enabled: false,
    models: true,
    intervalMs: 30_000,
    algorithm: 'auto',
  })
  expect(storedModelSettings({ storeModelInDb: true }, {}).enabled).toBe(true)
  expect(storedModelSettings({}, { STORE_MODEL_IN_DB: 'True' }).enabled).toBe(true)
  expect(storedModelSettings({ storeModelInDb: false }, { STORE_MODEL_IN_DB: 'true' }).enabled).toBe(true)
})

test('a list of supported objects without models keeps the models out', () => {
  expect(storedModelSettings({ supportedDbObjects: ['mcp'] }, {}).models).toBe(false)
  expect(storedModelSettings({ supportedDbObjects: ['mcp', 'models'] }, {}).models).toBe(true)
})

test('the interval is in seconds, the algorithm as LiteLLM names it', () => {
  const general = { proxyConfigReloadIntervalSeconds: 5, encryptionAlgorithm: 'xsalsa20-poly1305' } as const
  expect(storedModelSettings(general, {})).toMatchObject({ intervalMs: 5_000, algorithm: 'xsalsa20-poly1305' })
})

test('sections are merged deeply; null and empty lists hide nothing', () => {
  const file = { a: 1, list: [1], deep: { x: 1, y: 2 }, none: 0 }
  const stored = { a: null, list: [], deep: { y: 3, z: [] }, none: null, fresh: null }
  expect(mergeSection(file, stored)).toEqual({ a: 1, list: [1], deep: { x: 1, y: 3, z: [] }, none: 0, fresh: null })
  expect(mergeSection({ a: { b: 1 } }, { a: [2] })).toEqual({ a: [2] })
})

test('a section cannot reach the prototype of objects', () => {
  mergeSection({}, JSON.parse('{"__proto__":{"polluted":true}}'))
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})
