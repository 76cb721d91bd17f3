import { expect, test } from '@jest/globals'
import { maskSecrets, mayBeSecret } from '../../../src/lib/config-error.ts'

test.each([
  ['postgresql://user:pa:ss@host:5432/db', 'postgresql://user:***@host:5432/db'],
  ['postgresql://user:p@ss/w?rd@host/db', 'postgresql://user:***@host/db'],
  ['postgresql://user@host/db', 'postgresql://user@host/db'],
  ['got sk-proj-abc_123 and more', 'got sk-*** and more'],
  ['http://host:8000/v1', 'http://host:8000/v1'],
])('%s is shown as %s', (text, shown) => expect(maskSecrets(text)).toBe(shown))

test.each([
  [['general_settings', 'master_key'], true],
  [['masterKey'], true],
  [['litellm_db', 'database_url'], true],
  [['model_list', 0, 'litellm_params', 'extra_headers', 'x'], true],
  [['model_list', 0, 'model_name'], false],
  [['litellm_db', 'max_conns'], false],
  [['azure_ad_token'], true],
  [['input_cost_per_token'], false],
  [['max_tokens'], false],
])('whether %j may be a secret: %j', (path, secret) => expect(mayBeSecret(path)).toBe(secret))
