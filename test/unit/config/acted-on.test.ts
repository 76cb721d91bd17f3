import { expect, test } from '@jest/globals'
import { ignoredKeys, isActedOn } from '../../../src/config/acted-on.ts'
import { litellmConfigSchema, modelEntrySchema } from '../../../src/config/litellm-config.ts'
import { SETTINGS } from '../../../src/config/settings/read-settings.ts'

/** Typed fields of the schema: what it looks at is what is acted on. */
function typedKeys(): string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, shape]) =>
    // A section within a section.
    Object.keys(shape).map((key) => `${name}.${key}${key === 'litellm_settings' ? '.timezone' : ''}`),
  )
  const { litellm_params, model_info, ...entry } = modelEntrySchema.shape
  return [
    ...settings,
    ...Object.keys(litellmConfigSchema.shape.default_vertex_config.unwrap().shape).map(
      (key) => `default_vertex_config.${key}`,
    ),
    ...Object.keys(entry).map((key) => `model_list.0.${key}`),
    ...Object.keys(litellm_params.shape).map((key) => `model_list.0.litellm_params.${key}`),
    ...Object.keys(model_info.unwrap().shape).map((key) => `model_list.0.model_info.${key}`),
  ]
}

const pathOf = (text: string) => text.split('.').map((part) => (part === '0' ? 0 : part))

test('every key that the schema checks is acted on', () => {
  expect(typedKeys().filter((key) => !isActedOn(pathOf(key)))).toEqual([])
})

test.each([
  ['litellm_db.max_conns', true],
  ['environment_variables.X', true],
  ['model_list.0.litellm_params.headers.x-a', true],
  ['model_list.0.litellm_params.input_cost_per_token', true],
  ['model_list.0.model_info.tiered_pricing', true],
  ['model_list.0.litellm_params.modelx', false],
  ['model_list.0.litellm_params.keepalive_seconds', false],
  ['general_settings.alert_type_config', false],
  ['guardrails.0.api_key', false],
  ['general_settings.litellm_settings.other', false],
])('whether %s is acted on: %j', (key, acted) => expect(isActedOn(pathOf(key))).toBe(acted))

test('of a list of callbacks, those are told that nobody acts on', () => {
  const told = (callbacks: unknown) => ignoredKeys({ litellm_settings: { callbacks } })
  expect(told(['mlflow', 'blocked_user_check', 'langfuse', 'lago', './my-logger.mjs', 'my_module.instance'])).toEqual([
    'litellm_settings.callbacks: mlflow',
    'litellm_settings.callbacks: lago',
    'litellm_settings.callbacks: my_module.instance',
  ])
  expect(told('mlflow')).toEqual(['litellm_settings.callbacks: mlflow'])
  expect(told('blocked_user_check')).toEqual([])
})

test('a callback that nobody has is told with the name that is nearest', () => {
  const told = (list: object) => ignoredKeys({ litellm_settings: list })
  expect(told({ success_callback: ['langfuze'], failure_callback: ['datadogg'] })).toEqual([
    'litellm_settings.success_callback: langfuze (did you mean langfuse?)',
    'litellm_settings.failure_callback: datadogg (did you mean datadog?)',
  ])
  expect(told({ success_callback: ['prometheus'], callbacks: 'prometheus' })).toEqual([])
})

test('lists under litellm_params are read, and told with the right place', () => {
  expect(ignoredKeys({ litellm_params: { success_callback: ['langfuse', 'lago'], max_budget: 1 } })).toEqual([
    'litellm_params (it is read as litellm_settings: write its settings there)',
    'litellm_settings.success_callback: lago',
  ])
})

test('an unusual config is not the business of this list', () => {
  expect(ignoredKeys(undefined)).toEqual([])
  expect(ignoredKeys({ model_list: 'x', general_settings: 5 })).toEqual([])
})

test('a name that is nearly that of a setting is probably a mistake', () => {
  const general_settings = { disable_reset_budgets: true, alert_type_config: [] }
  expect(ignoredKeys({ general_settings, router_settings: { num_retry: 1 } })).toEqual([
    'general_settings.disable_reset_budgets (did you mean disable_reset_budget?)',
    'general_settings.alert_type_config',
    'router_settings.num_retry',
  ])
})
