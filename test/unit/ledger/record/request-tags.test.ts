import { expect, test } from '@jest/globals'
import { requestTags, type TagOptions } from '../../../../src/ledger/record/request-tags.ts'
import { type EventParts, spendEvent } from '../../../support/spend-event.ts'

const tags = (parts: EventParts, options?: TagOptions) => requestTags(spendEvent(parts), options)
const SENT = { tags: ['client'] }

const OPT_IN = { compat: { clientTags: 'opt-in' } } as const

test("the client's tags count, as in LiteLLM", () => {
  expect(tags({ call: SENT })).toEqual(['client'])
  expect(tags({ call: SENT }, { compat: '1.83' })).toEqual(['client'])
})

test('they do not where it takes a permission that is missing', () => {
  expect(tags({ call: SENT }, OPT_IN)).toEqual([])
})

test.each([
  ['its key permits them', { key: { metadata: { allow_client_tags: true } } }],
  ['its team permits them', { key: { teamMetadata: { allow_client_tags: true } } }],
  ['it has the master key', { key: { master: true } }],
])('and they do when %s', (_, parts) => {
  expect(tags({ ...parts, call: SENT }, OPT_IN)).toEqual(['client'])
})

test('a permission must be true, not merely present', () => {
  expect(tags({ call: SENT, key: { metadata: { allow_client_tags: 'yes' } } }, OPT_IN)).toEqual([])
})

test("then the key's, the team's and the User-Agent's, each once", () => {
  const found = tags({
    call: { tags: ['b', 'a'], userAgent: 'curl/8.5.0' },
    key: { metadata: { allow_client_tags: true, tags: ['key', 'a'] }, teamMetadata: { tags: ['team', 'key', 7] } },
  })
  expect(found).toEqual(['b', 'a', 'key', 'team', 'User-Agent: curl', 'User-Agent: curl/8.5.0'])
})

test('those of its project, and last those of headers, whatever the client may be charged to', () => {
  const project = { id: 'p', blocked: false, models: [], spend: 0, metadata: { tags: ['project'] } }
  const call = { tags: ['client'], headerTags: ['x-app: shop', 'project'], userAgent: 'curl' }
  expect(tags({ call, key: { project } }, OPT_IN)).toEqual(['project', 'User-Agent: curl', 'x-app: shop'])
})

test('a User-Agent without a version is one tag', () => {
  expect(tags({ call: { userAgent: 'curl' } })).toEqual(['User-Agent: curl'])
})

test('a User-Agent can be left out', () => {
  expect(tags({ call: { userAgent: 'curl/8' } }, { userAgentTags: false })).toEqual([])
})

test('tags are bounded in number and length', () => {
  const many = tags({ call: { tags: Array.from({ length: 500 }, (_, n) => `${n}`) } }, { compat: '1.83' })
  expect(many).toHaveLength(64)
  const [long] = tags({ call: { tags: ['x'.repeat(5000)] } }, { compat: '1.83' })
  expect(long).toHaveLength(384)
})
