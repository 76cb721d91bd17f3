import { expect, test } from '@jest/globals'
import { callbackApisOf, callbackNames } from '../../../src/config/callbacks.ts'
import { loadConfig } from '../../../src/config/load-config.ts'

const ENTRY = { callback_type: 'generic_api', endpoint: 'https://logs.example/in' }

test("an address of the operator's own has LiteLLM's defaults", () => {
  expect([...callbackApisOf({ mine: ENTRY, otel: { message_logging: false } }).apis]).toEqual([
    ['mine', { endpoint: ENTRY.endpoint, headers: {}, hears: undefined, format: 'json_array' }],
  ])
})

test('it says what it hears of, and in which form', () => {
  const entry = { ...ENTRY, headers: { 'x-key': 'k' }, event_types: ['llm_api_failure'], log_format: 'ndjson' }
  expect(callbackApisOf({ mine: entry }).apis.get('mine')).toEqual({
    endpoint: ENTRY.endpoint,
    headers: { 'x-key': 'k' },
    hears: 'failure',
    format: 'ndjson',
  })
})

test.each([
  [{ endpoint: 'logs' }, '`callback_settings.mine.endpoint` must be a URL'],
  [{ headers: ['a'] }, '`callback_settings.mine.headers` must be a mapping of names to texts'],
  [{ event_types: ['all'] }, 'must be one of llm_api_success, llm_api_failure'],
  [{ log_format: 'xml' }, '`callback_settings.mine.log_format` must be json_array, ndjson or single'],
])('a mistake in it keeps the gateway from starting: %j', (wrong, sentence) => {
  const config = { callback_settings: { mine: { ...ENTRY, ...wrong } } }
  expect(() => loadConfig(config, {}, '.')).toThrow(sentence)
})

test('its references to the environment are filled in, and one that is missing is an error', () => {
  const config = { callback_settings: { mine: { ...ENTRY, headers: { authorization: 'os.environ/LOG_KEY' } } } }
  const { callbackApis, ignored } = loadConfig(
    { ...config, litellm_settings: { callbacks: ['mine'] } },
    { LOG_KEY: 'k' },
    '.',
  )
  expect(callbackApis.get('mine')?.headers).toEqual({ authorization: 'k' })
  expect(ignored).toEqual([])
  expect(() => loadConfig(config, {}, '.')).toThrow('LOG_KEY')
})

test('settings of callbacks that are not acted on are told', () => {
  const config = { callback_settings: { mine: ENTRY, otel: { message_logging: false } } }
  expect(loadConfig(config, {}, '.').ignored).toEqual(['callback_settings.otel'])
})

test('a callback in two lists hears of both, and one in none of nothing', () => {
  const names = callbackNames({
    callbacks: 'a',
    successCallback: ['b', 'c', 'prometheus'],
    failureCallback: ['c', 'd'],
  })
  expect([...names]).toEqual([
    ['a', undefined],
    ['b', 'success'],
    ['c', undefined],
    ['d', 'failure'],
  ])
})
