import { expect, test } from '@jest/globals'
import { clientSettingsOf } from '../../../src/compose/client-settings-of.ts'
import { resolveOptions } from '../../../src/config/options.ts'

const settings = (litellm_settings: object, general_settings = {}) =>
  clientSettingsOf(resolveOptions({ config: { litellm_settings, general_settings } }, {}))

test('headers become tags by the names that the operator gives them', () => {
  expect(settings({ extra_spend_tag_headers: ['X-App'] }).tagHeaders).toEqual(['X-App'])
  expect(settings({}).tagHeaders).toBeUndefined()
})

test.each([
  ['Authorization', {}],
  ['x-goog-api-key', {}],
  ['X-My-Key', { litellm_key_header_name: 'x-my-key' }],
])('one that carries keys is refused: %s', (name, general) => {
  expect(() => settings({ extra_spend_tag_headers: ['x-app', name] }, general)).toThrow(
    `\`litellm_settings.extra_spend_tag_headers\` names ${name}, which carries keys. Take it out.`,
  )
})

test('what is no list of names is refused when the configuration is read', () => {
  expect(() => settings({ extra_spend_tag_headers: 'x-app' })).toThrow('must be a list of names')
})
