import { describe, expect, test } from '@jest/globals'
import { hashSecret } from '../../../src/admission/credential/credential.ts'
import { type Command, parseArguments } from '../../../src/cli/arguments.ts'
import { ConfigError } from '../../../src/errors.ts'

const SERVE: Extract<Command, { name: 'serve' }> = { name: 'serve', port: 4000, migrate: true }

const accepted: [string, string[], Record<string, string>, Command][] = [
  ['nothing is serve', [], {}, SERVE],
  ['a flag of serve alone is serve', ['--port', '80'], {}, { ...SERVE, port: 80 }],
  ['-h asks for help', ['-h'], {}, { name: 'help' }],
  ['--help after a command asks for help', ['serve', '--help'], {}, { name: 'help' }],
  ['--version', ['--version'], {}, { name: 'version' }],
  ['serve listens on 4000', ['serve'], {}, SERVE],
  ['PORT and HOST stand in for the flags', ['serve'], { PORT: '80', HOST: '::' }, { ...SERVE, port: 80, host: '::' }],
  [
    'flags win over the environment',
    ['serve', '-p', '0', '--host', 'a'],
    { PORT: '1', HOST: 'b' },
    { ...SERVE, port: 0, host: 'a' },
  ],
  ['an empty PORT says nothing', ['serve'], { PORT: '', HOST: '' }, SERVE],
  ['a config', ['serve', '-c', 'a.yaml'], {}, { ...SERVE, config: 'a.yaml' }],
  ['workers', ['serve', '--workers', '4'], {}, { ...SERVE, workers: 4 }],
  ["LiteLLM's name of them", ['--num_workers', '4'], {}, { ...SERVE, workers: 4 }],
  ['logs has its limits', ['logs'], {}, { name: 'logs', limit: 20, json: false }],
  [
    'logs of a key are those of its hash',
    ['logs', '-n', '3', '--key', 'sk-1', '--json'],
    {},
    { name: 'logs', limit: 3, json: true, hashedToken: hashSecret('sk-1') },
  ],
  ['spend is by day', ['spend'], {}, { name: 'spend', by: 'day', limit: 31, json: false }],
  [
    'spend by team, of some days',
    ['spend', '--by', 'team', '--since', '2026-03-01', '--until', '2026-03-31', '-n', '5', '--json'],
    {},
    { name: 'spend', by: 'team', since: '2026-03-01', until: '2026-03-31', limit: 5, json: true },
  ],
  ['keys of a user', ['keys', '--user', 'ann'], {}, { name: 'keys', limit: 20, userId: 'ann', json: false }],
  [
    'migrate takes a URL',
    ['migrate', '--database-url', 'postgres://x'],
    {},
    { name: 'migrate', databaseUrl: 'postgres://x' },
  ],
]

test.each(accepted)('%s', (_claim, argv, env, command) => {
  expect(parseArguments(argv, env)).toEqual(command)
})

describe('a mistake is one sentence that says where to look', () => {
  const refused: [string[], string][] = [
    [['start'], 'There is no command "start". See `express-litellm help`.'],
    [['toString'], 'There is no command "toString". See `express-litellm help`.'],
    [['serve', '--prt', '1'], "Unknown option '--prt'. See `express-litellm help`."],
    [['serve', 'now'], "Unexpected argument 'now'. See `express-litellm help`."],
    [['--workers', '0'], '--workers must be a number of processes such as 4, not "0".'],
    [['--workers', '1.5'], '--workers must be a number of processes such as 4, not "1.5".'],
    [['logs', '--limit', '0'], '--limit must be a number from 1 to 1000, not "0".'],
    [['logs', '--limit', 'all'], '--limit must be a number from 1 to 1000, not "all".'],
    [['keys', '--limit', '0'], '--limit must be a number from 1 to 1000, not "0".'],
    [['spend', '--since', 'May'], '--since must be a day such as 2026-03-01, not "May".'],
    [
      ['spend', '--by', 'mood'],
      '--by must be one of day, key, user, team, organization, customer, tag, model, provider, not "mood".',
    ],
    [['serve', '--port', '70000'], 'The port must be a number from 0 to 65535, not "70000".'],
    [['serve', '--port', '4e3'], 'The port must be a number from 0 to 65535, not "4e3".'],
  ]
  test.each(refused)('%j', (argv, sentence) => {
    expect(() => parseArguments(argv, {})).toThrow(ConfigError)
    expect(() => parseArguments(argv, {})).toThrow(new RegExp(`^${sentence.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`))
  })
})

test.each([
  [['serve', '--no-migrate'], {}, false],
  [['serve'], { DISABLE_SCHEMA_UPDATE: 'true' }, false],
  [['serve'], { DISABLE_SCHEMA_UPDATE: 'false' }, true],
])('%j with %j migrates at the start: %j', (argv, env, migrate) => {
  expect(parseArguments(argv, env)).toMatchObject({ name: 'serve', migrate })
})
