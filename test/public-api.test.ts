import { expect, test } from '@jest/globals'
import * as api from '../src/index.ts'

test('the public names are a decision', () => {
  expect(Object.keys(api).sort()).toEqual([
    'ConfigError',
    'LiteLLMError',
    'createLiteLLM',
    'createServer',
    'getContext',
    'getKey',
    'isLiteLLMError',
    'litellm',
    'litellmAdmin',
    'litellmAuth',
    'litellmCache',
    'litellmDashboard',
    'litellmErrors',
    'litellmHooks',
    'litellmMetrics',
    'litellmProxy',
    'litellmRelay',
    'litellmSpend',
    'litellmUsage',
    'meter',
    'serverClasses',
    'tryGetContext',
    'usageOf',
  ])
})
