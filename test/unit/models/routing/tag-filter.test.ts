import { expect, test } from '@jest/globals'
import { createTagFilter } from '../../../../src/models/routing/tag-filter.ts'
import type { Call, Deployment, VirtualKey } from '../../../../src/types.ts'
import { call, deployment, key } from './make.ts'

const FREE = deployment('free', 'g', { tags: ['free'] })
const PAID = deployment('paid', 'g', { tags: ['paid', 'eu'] })
const PLAIN = deployment('plain', 'g')
const DEFAULT = deployment('default', 'g', { tags: ['default'] })
const ALL = [FREE, PAID, PLAIN]

function setup(settings: { filtering?: boolean; matchAny?: boolean; prefix?: string } = {}) {
  const { filterByTags: filter } = createTagFilter({ filtering: true, matchAny: true, prefix: '', ...settings })
  return (usable: readonly Deployment[], more: Partial<Call> = {}, of?: VirtualKey, all = usable, isAsked = false) =>
    filter(usable, all, call('g', more), of, isAsked).map(({ id }) => id)
}

test('without tag filtering every deployment can be used', () => {
  expect(setup({ filtering: false })(ALL, { tags: ['free'] })).toEqual(['free', 'paid', 'plain'])
})

test.each([
  ['one common tag', ['free'], ['free']],
  ['any of several', ['free', 'eu'], ['free', 'paid']],
  ['an exclusion', ['!free'], ['paid', 'plain']],
  ['a must', ['&eu'], ['paid']],
  ['two musts that nobody has', ['&eu', '&free'], []],
  ['a wish and an exclusion', ['free', 'paid', '!eu'], ['free']],
  ['a wish and a must', ['paid', '&eu'], ['paid']],
  ['no tag', [], ['free', 'paid', 'plain']],
  ['a tag nobody knows', ['gold'], []],
  ['a lone mark', ['!', '&'], ['free', 'paid', 'plain']],
])('%s: %j leaves %j', (_what, tags, ids) => {
  expect(setup()(ALL, { tags })).toEqual(ids)
})

test('all tags must match when any does not do', () => {
  const filter = setup({ matchAny: false })
  expect([filter(ALL, { tags: ['paid', 'eu'] }), filter(ALL, { tags: ['paid', 'us'] })]).toEqual([['paid'], []])
})

test('a call without tags, or with unknown ones, gets the deployments tagged default', () => {
  const filter = setup()
  const all = [...ALL, DEFAULT]
  expect([filter(all), filter(all, { tags: ['gold'] }), filter(all, { tags: ['!free'] })]).toEqual([
    ['default'],
    ['default'],
    ['default'],
  ])
})

test('a known tag whose deployment is not usable now does not fall back to default', () => {
  expect(setup()([PLAIN, DEFAULT], { tags: ['free'] }, undefined, [FREE, PLAIN, DEFAULT])).toEqual([])
})

test('the tags of the key and of its team count like those of the call', () => {
  const filter = setup()
  expect(filter(ALL, {}, key({ metadata: { tags: ['free'] } }))).toEqual(['free'])
  expect(filter(ALL, {}, key({ teamMetadata: { tags: ['&eu', 7] } }))).toEqual(['paid'])
  expect(filter(ALL, {}, key({ metadata: { tags: 'free' } }))).toEqual(['free', 'paid', 'plain'])
})

test('a prefix is taken off before tags are compared', () => {
  expect(setup({ prefix: 'route:' })(ALL, { tags: ['route:free'] })).toEqual(['free'])
  expect(setup({ prefix: 'route:' })(ALL, { tags: ['route:!free'] })).toEqual(['paid', 'plain'])
})

test('a deployment switches tag routing for its group, a key can only switch it on, and a body nothing', () => {
  const on = deployment('on', 'g', { tagFiltering: true })
  const off = deployment('off', 'g', { tagFiltering: false })
  expect(setup({ filtering: false })([FREE, on], { tags: ['free'] })).toEqual(['free'])
  expect(setup()([FREE, off], { tags: ['free'] })).toEqual(['free', 'off'])
  expect(setup()([FREE, off], { tags: ['free'] }, undefined, undefined, true)).toEqual(['free'])
  expect(setup()([FREE, off], { tags: ['free'], json: { enable_tag_filtering: true } })).toEqual(['free', 'off'])
  expect(setup()(ALL, { tags: ['free'], json: { enable_tag_filtering: false } })).toEqual(['free'])
})

test('a group keeps its rules while the deployment that sets them cools down', () => {
  const on = deployment('on', 'g', { tagFiltering: true })
  expect(setup({ filtering: false })([FREE, PLAIN], { tags: ['free'] }, undefined, [FREE, PLAIN, on])).toEqual(['free'])
})

test('an expression over the user agent matches like a tag; one that cannot be read matches nothing', () => {
  const agent = deployment('agent', 'g', { tagRegex: ['(?P<bad>', '^User-Agent: claude-code/'] })
  const filter = setup()
  expect(filter([agent, PLAIN], { userAgent: 'claude-code/1.2' })).toEqual(['agent'])
  expect(filter([agent, PLAIN, DEFAULT], { userAgent: 'curl/8' })).toEqual(['default'])
  expect(filter([agent, PLAIN], { userAgent: 'curl/8' })).toEqual([])
})

test('an expression cannot get round tags that must all match', () => {
  const strict = deployment('strict', 'g', { tags: ['paid'], tagRegex: ['claude'] })
  expect(setup({ matchAny: false })([strict], { tags: ['gold'], userAgent: 'claude' })).toEqual([])
  expect(setup()([strict], { tags: ['gold'], userAgent: 'claude' })).toEqual(['strict'])
})
