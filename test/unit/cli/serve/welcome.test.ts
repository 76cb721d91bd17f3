import { expect, test } from '@jest/globals'
import { welcomeText } from '../../../../src/cli/serve/welcome.ts'

const URL_ = 'http://127.0.0.1:4000'
const TOLD = { demoUpstream: false, modelGroups: ['fast'], command: 'npx express-litellm' }

test('a trial is told its keys and two lines to paste', () => {
  const text = welcomeText({
    url: URL_,
    masterKey: 'sk-master',
    demoKey: { secret: 'sk-demo', hashedToken: 'ab12' },
    database: { url: 'postgres://postgres:secret@127.0.0.1:5433/litellm', passwordFile: '/p/postgres/password' },
    command: 'npx express-litellm',
    dashboard: '/ui',
    demoUpstream: true,
    modelGroups: ['gpt-4o-mini', 'gpt-4o'],
  })
  expect(text.split('\n')).toEqual([
    'express-litellm is ready at http://127.0.0.1:4000',
    '  master key   sk-master',
    '  virtual key  sk-demo',
    '  database     postgres://postgres@127.0.0.1:5433/litellm, password in /p/postgres/password',
    '  models       gpt-4o-mini, gpt-4o (demo upstream, canned answers)',
    '  dashboard    http://127.0.0.1:4000/ui/',
    '',
    'A streamed call, and the row it leaves within five seconds:',
    'curl -N http://127.0.0.1:4000/v1/chat/completions -H \'Authorization: Bearer sk-demo\' -H \'Content-Type: application/json\' -d \'{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello"}]}\'',
    'npx express-litellm logs',
  ])
})

test('keys that were configured are not repeated', () => {
  const text = welcomeText({ url: URL_, ...TOLD })
  expect(text).toBe(`express-litellm is ready at ${URL_}\n  models       fast`)
})

test('the password of the database is printed where it is asked for', () => {
  const url = 'postgres://postgres:secret@127.0.0.1:5433/litellm'
  const told = { url: URL_, database: { url, passwordFile: '/p/password' }, ...TOLD }
  expect(welcomeText(told)).not.toContain('secret')
  expect(welcomeText({ ...told, showsSecrets: true })).toContain(`database     ${url}`)
})

test('a wildcard is no model to ask for', () => {
  const keys = { masterKey: 'sk-m', demoKey: { secret: 'sk-d', hashedToken: 'h' } }
  expect(welcomeText({ url: URL_, ...keys, ...TOLD, modelGroups: ['*'] })).toContain('"model":"gpt-4o-mini"')
})
