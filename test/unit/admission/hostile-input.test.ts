import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { reportCall } from '../../../src/admission/checks.ts'
import { secretFrom } from '../../../src/admission/credential/secret.ts'
import { rateDescriptorsOf } from '../../../src/admission/limits/rate-descriptors.ts'
import type { Json } from '../../../src/types.ts'
import { aCall, aTeam, aUser, NOW, someFacts } from './support/facts.ts'

const headers = ['authorization', 'x-litellm-api-key', 'api-key', 'x-api-key', 'x-goog-api-key', 'litellm_user_api_key']

test('whatever is sent, a secret is visible ASCII of at most 4 KiB, empty, or none', () => {
  const value = fc.oneof(fc.string({ maxLength: 5000 }), fc.array(fc.string(), { maxLength: 3 }))
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...headers), value),
      fc.webUrl({ withQueryParameters: true }),
      (sent, url) => {
        const secret = secretFrom(sent, url)
        expect(secret === undefined || /^[\x21-\x7e]{0,4096}$/.test(secret)).toBe(true)
      },
    ),
  )
})

const fields = [
  ...[
    'fallbacks',
    'metadata',
    'litellm_metadata',
    'tags',
    'tools',
    'cache',
    'extra_body',
    'target_model_names',
    'user',
  ],
  ...['vector_store_ids', 'guardrails', 'api_base', 'stream_options'],
]

test('whatever a body and the metadata of a key hold, the checks end in answers', () => {
  const settings = {
    allowedIps: ['x'],
    allowedRoutes: ['x'],
    enforceUserParam: true,
    rejectClientsideMetadataTags: true,
    enforcedParams: ['a.b.c', '', '.', '__proto__.x'],
    maxBudget: 1,
    enforceOrganizationModels: true,
  }
  const some = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue())
  const metadata = fc.dictionary(
    fc.constantFrom(
      ...[
        'temp_budget_increase',
        'temp_budget_expiry',
        'model_rpm_limit',
        'enforced_params',
        'guardrails',
        'scim_active',
      ],
      ...['allowed_tools', 'allowed_passthrough_routes', 'rpm_limit_type', 'soft_budget_alerting_emails', 'gpt-4o'],
    ),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(some, metadata, fc.string(), fc.string(), (body, about, modelGroup, path) => {
      const facts = someFacts(
        {
          maxBudget: 1,
          metadata: about as Json,
          teamMetadata: about as Json,
          modelMaxBudget: about as Json,
          permissions: about as Json,
          vectorStores: ['a'],
          allowedCacheControls: ['a'],
          models: ['a*b'],
          traceIdRequired: true,
          team: aTeam({ metadata: about as Json }),
          user: aUser({ metadata: about as Json }),
        },
        { request: { method: 'POST', path } },
      )
      const call = aCall({ json: body as Json, modelGroup })
      for (const refusal of reportCall(facts, call, settings, NOW)) expect(typeof refusal.code).toBe('string')
      rateDescriptorsOf(facts, call)
    }),
  )
})
