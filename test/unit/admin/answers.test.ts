import { describe, expect, test } from '@jest/globals'
import * as forms from '../../../src/admin/answer-forms.ts'
import { answered, answerTime, float } from '../../../src/admin/answers.ts'

const text = (value: unknown) => JSON.stringify(value)

test('a form names the members and their order; what a row lacks is null, what it has beyond is left out', () => {
  const row = { b: 2, password: 'secret', a: null }
  expect(text(answered(['a', 'b', 'c'], row))).toBe('{"a":null,"b":2,"c":null}')
})

test('dollars are written as Python writes floats, other numbers as they are', () => {
  const row = { spend: 0, max_budget: 10, tpm_limit: 10, soft_budget: 0.5, total_spend: 1e-7 }
  expect(text(answered(Object.keys(row), row))).toBe(
    '{"spend":0.0,"max_budget":10.0,"tpm_limit":10,"soft_budget":0.5,"total_spend":1e-07}',
  )
  expect(text(answered(['max_budget', 'spend'], { max_budget: null }))).toBe('{"max_budget":null,"spend":0.0}')
  expect(text([float(undefined), float(null), float(3)])).toBe('[null,null,3.0]')
})

describe('times', () => {
  test.each([
    ['2026-03-18T10:20:30', '2026-03-18T10:20:30Z'],
    ['2026-03-18T10:20:30.5', '2026-03-18T10:20:30.500000Z'],
    ['2026-03-18T10:20:30.456Z', '2026-03-18T10:20:30.456000Z'],
    ['2026-03-18T10:20:30.000Z', '2026-03-18T10:20:30Z'],
    ['2026-03-18T10:20:30.123456+00:00', '2026-03-18T10:20:30.123456Z'],
    ['soon', 'soon'],
  ])('%s is answered as %s', (stored, answer) => {
    expect(answerTime(stored)).toBe(answer)
    expect(answered(['created_at', 'note'], { created_at: stored, note: stored })).toEqual({
      created_at: answer,
      note: stored,
    })
  })

  test('Python writes the zone in its own JSON otherwise', () => {
    expect(answered(['expires'], { expires: '2026-03-18T10:20:30' }, {}, '+00:00')).toEqual({
      expires: '2026-03-18T10:20:30+00:00',
    })
  })
})

test('a list that is null is an empty one, and a column that the database lacks is as empty as LiteLLM has it', () => {
  expect(answered(['models', 'policies', 'model_spend', 'soft_budget_cooldown'], { models: null })).toEqual({
    models: [],
    policies: [],
    model_spend: {},
    soft_budget_cooldown: false,
  })
})

test('windows of a budget are in the form of their key', () => {
  const window = { reset_at: '2026-03-18T00:00:00.000Z', max_budget: 3, budget_duration: '1d' }
  expect(text(answered(['budget_limits'], { budget_limits: [window] }))).toBe(
    '{"budget_limits":[{"budget_duration":"1d","max_budget":3.0,"reset_at":"2026-03-18T00:00:00Z"}]}',
  )
})

test('no form has a member twice', () => {
  for (const [name, form] of Object.entries(forms)) {
    expect([name, form]).toEqual([name, [...new Set(form)]])
  }
})
