import { describe, expect, test } from '@jest/globals'
import type * as z from 'zod'
import { resolveOptions } from '../../../src/config/options.ts'
import { typeName } from '../../../src/config/schema-kinds.ts'
import { SETTINGS, type SectionName } from '../../../src/config/settings/read-settings.ts'
import { messageOf } from './support.ts'

type Found = readonly [section: SectionName, name: string, type: string]

const ALL: readonly Found[] = Object.entries(SETTINGS).flatMap(([section, shape]) =>
  Object.entries(shape).map(([name, schema]) => [section as SectionName, name, typeName(schema as z.ZodType)] as const),
)
const ofType = (...types: readonly string[]) => ALL.filter(([, , type]) => types.includes(type))

const resolve = (section: string, settings: object, env = {}) =>
  resolveOptions({ config: { [section]: settings } }, env)
const mistake = (section: string, settings: object) => messageOf(() => resolve(section, settings))

test('every setting says its kind and what it does', () => {
  expect(ofType('any')).toEqual([])
  const silent = Object.values(SETTINGS).flatMap((shape) =>
    Object.entries(shape).filter(([, schema]) => !(schema as z.ZodType).description),
  )
  expect(silent).toEqual([])
})

describe('a value of the wrong type is an error that names it', () => {
  /** No setting is any of these. */
  const WRONG: Readonly<Record<string, unknown>> = {
    boolean: 'sometimes',
    number: 'ten',
    integer: 'ten',
    seconds: 'soon',
    'list of names': 5,
    'list of names or path': 5,
    list: 5,
    mapping: 'x',
  }

  test.each(ALL)('%s.%s (%s)', (section, name, type) => {
    expect(mistake(section, { [name]: WRONG[type] ?? ['x'] })).toContain(`\`${section}.${name}\` must be `)
  })

  test.each([
    ['litellm_settings', 'upperbound_key_generate_params', { max_budget: 'ten' }, 'max_budget'],
    ['litellm_settings', 'upperbound_key_generate_params', { tpm_limit: 'ten' }, 'tpm_limit'],
    ['litellm_settings', 'upperbound_key_generate_params', { duration: 'ten' }, 'duration'],
    ['litellm_settings', 'default_key_generate_params', { rpm_limit: [] }, 'rpm_limit'],
    ['litellm_settings', 'default_team_params', { max_budget: 'x' }, 'max_budget'],
    ['litellm_settings', 'default_internal_user_params', { models: 'x' }, 'models'],
    ['litellm_settings', 'cache_params', { port: 'x' }, 'port'],
    ['litellm_settings', 'cost_discount_config', { openai: 'x' }, 'openai'],
    ['general_settings', 'service_account_settings', { enforced_params: 'x' }, 'enforced_params'],
    ['general_settings', 'pass_through_endpoints', [{ auth: 'perhaps' }], '[0].auth'],
    ['router_settings', 'retry_policy', { TimeoutErrorRetries: 'x' }, 'TimeoutErrorRetries'],
    ['router_settings', 'routing_strategy_args', { ttl: 'x' }, 'ttl'],
  ])('%s.%s: %j', (section, name, value, member) => {
    const path = member.startsWith('[') ? `${name}${member}` : `${name}.${member}`
    expect(mistake(section, { [name]: value })).toContain(`\`${section}.${path}\` must be `)
  })

  test.each(Object.keys(SETTINGS))('the section %s itself', (section) => {
    expect(messageOf(() => resolveOptions({ config: { [section]: 5 } }, {}))).toContain(
      `\`${section}\` must be a mapping`,
    )
  })
})

describe('what stands in quotes is acted on, with a warning', () => {
  const NUMBER = { litellm_settings: 'litellm', general_settings: 'general', router_settings: 'router' } as const
  const readOne = (section: SectionName, name: string, settings: object, env = {}) => {
    const { settings: read, warnings } = resolve(section, settings, env)
    const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    return { value: (read[NUMBER[section]] as Readonly<Record<string, unknown>>)[camel], warnings }
  }

  test.each(ofType('boolean'))('%s.%s', (section, name) => {
    for (const [text, meant] of [
      ['true', true],
      ['1', true],
      ['Yes', true],
      ['false', false],
      ['0', false],
    ] as const) {
      const { value, warnings } = readOne(section, name, { [name]: text })
      expect(value).toBe(meant)
      expect(warnings).toEqual([
        `\`${section}.${name}\` is in quotes, and is taken as ${meant}. Write it without quotes.`,
      ])
    }
  })

  test.each(ofType('number', 'integer', 'seconds'))('%s.%s (%s)', (section, name, type) => {
    const { value, warnings } = readOne(section, name, { [name]: '1' })
    expect(value).toBe(type === 'seconds' ? 1_000 : 1)
    expect(warnings).toEqual([`\`${section}.${name}\` is in quotes, and is taken as 1. Write it without quotes.`])
  })

  test.each(ofType('HTTP status'))('%s.%s (%s)', (section, name) => {
    const { value, warnings } = readOne(section, name, { [name]: '429' })
    expect(value).toBe(429)
    expect(warnings).toEqual([`\`${section}.${name}\` is in quotes, and is taken as 429. Write it without quotes.`])
  })

  test('in members too', () => {
    const bounds = { max_budget: '10', blocked: 'false' }
    const { settings, warnings } = resolve('litellm_settings', { upperbound_key_generate_params: bounds })
    expect(settings.litellm.upperboundKeyGenerateParams).toEqual({ max_budget: 10, blocked: false })
    expect(warnings).toHaveLength(2)
  })

  test('in litellm_db too', () => {
    const litellm_db = { enabled: 'false', max_conns: '7', min_conns: '1', journal: { max_bytes: '70000' } }
    const { database, journal, warnings } = resolveOptions({ config: { litellm_db } }, {})
    expect({ database, journal }).toMatchObject({
      database: { enabled: false, maxConns: 7 },
      journal: { maxBytes: 70_000 },
    })
    expect(warnings).toHaveLength(4)
  })

  test('in a model too', () => {
    const model_list = [{ model_name: 'a', litellm_params: { model: 'openai/a' }, model_info: { blocked: 'true' } }]
    const { deployments, warnings } = resolveOptions({ config: { model_list } }, {})
    expect(deployments).toMatchObject([{ routing: { blocked: true } }])
    expect(warnings).toEqual([
      '`model_list[0].model_info.blocked` is in quotes, and is taken as true. Write it without quotes.',
    ])
  })

  test('a variable is always text: it is acted on without a warning', () => {
    const env = { BUDGET: '5', OFF: '1' }
    const settings = { max_budget: 'os.environ/BUDGET', turn_off_message_logging: 'os.environ/OFF' }
    const read = resolve('litellm_settings', settings, env)
    expect(read.settings.litellm).toEqual({ maxBudget: 5, turnOffMessageLogging: true })
    expect(read.warnings).toEqual([])
  })

  test('a duration keeps its quotes', () => {
    const { settings, warnings } = resolve('general_settings', { maximum_spend_logs_retention_period: '30d' })
    expect(settings.general.maximumSpendLogsRetentionPeriod).toBe(30 * 86_400_000)
    expect(warnings).toEqual([])
  })
})
