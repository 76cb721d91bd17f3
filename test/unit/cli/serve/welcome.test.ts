import { expect, test } from '@jest/globals'
import { welcomeText } from '../../../../src/cli/serve/serve.ts'

const URL_ = 'http://127.0.0.1:4000'

test('a trial is told its keys and two lines to paste', () => {
  const text = welcomeText({
    url: URL_,
    masterKey: 'sk-master',
    demoKey: { secret: 'sk-demo', hashedToken: 'ab12' },
    databaseDir: '/p/.express-litellm/postgres',
    demoUpstream: true,
    modelGroups: ['gpt-4o-mini', 'gpt-4o'],
  })
  expect(text.split('\n')).toEqual([
    'express-litellm is ready at http://127.0.0.1:4000',
    '  master key   sk-master',
    '  virtual key  sk-demo',
    '  database     PostgreSQL in /p/.express-litellm/postgres',
    '  models       gpt-4o-mini, gpt-4o (demo upstream, canned answers)',
    '',
    'A streamed call, and the row it leaves within five seconds:',
    'curl -N http://127.0.0.1:4000/v1/chat/completions -H \'Authorization: Bearer sk-demo\' -H \'Content-Type: application/json\' -d \'{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello"}]}\'',
    'curl \'http://127.0.0.1:4000/spend/logs?api_key=ab12\' -H "Authorization: Bearer sk-master"',
  ])
})

test('keys that were configured are not repeated', () => {
  const text = welcomeText({ url: URL_, demoUpstream: false, modelGroups: ['fast'] })
  expect(text).toBe(`express-litellm is ready at ${URL_}\n  models       fast`)
})

test('a master key that was configured is pasted as its variable', () => {
  const demoKey = { secret: 'sk-d', hashedToken: 'h' }
  const text = welcomeText({ url: URL_, demoKey, demoUpstream: true, modelGroups: ['fast'] })
  expect(text).toContain('"Authorization: Bearer $LITELLM_MASTER_KEY"')
})

test('a wildcard is no model to ask for', () => {
  const keys = { masterKey: 'sk-m', demoKey: { secret: 'sk-d', hashedToken: 'h' } }
  expect(welcomeText({ url: URL_, ...keys, demoUpstream: false, modelGroups: ['*'] })).toContain(
    '"model":"gpt-4o-mini"',
  )
})
