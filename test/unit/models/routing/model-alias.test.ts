import { expect, test } from '@jest/globals'
import { aliasesOf } from '../../../../src/models/routing/group-index.ts'

test('the three forms of an alias are read', () => {
  const aliases = aliasesOf({
    plain: 'gpt-4o',
    shy: { model: 'gpt-4o', hidden: true },
    open: { model: 'gpt-4o' },
    many: ['gpt-4o', 'claude', 'gpt-4o'],
  })
  expect([...aliases]).toEqual([
    ['plain', { groups: ['gpt-4o'], hidden: false }],
    ['shy', { groups: ['gpt-4o'], hidden: true }],
    ['open', { groups: ['gpt-4o'], hidden: false }],
    ['many', { groups: ['gpt-4o', 'claude'], hidden: false }],
  ])
})

test.each([[undefined], [null], ['text'], [['gpt-4o']], [{ a: 1, b: null, c: {}, d: [], e: [1] }]])(
  '%j holds no alias',
  (value) => {
    expect(aliasesOf(value).size).toBe(0)
  },
)
