import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { editJson } from '../../../src/upstream/edit-json.ts'

const edit = (json: string, changes: Record<string, string | undefined>) =>
  editJson(Buffer.from(json), new Map(Object.entries(changes))).toString()

describe('editJson', () => {
  test.each([
    ['{"model":"a","n":1}', { model: '"b"' }, '{"model":"b","n":1}'],
    ['{ "n" : 1 ,\n "model" : "a" }', { model: '"b"' }, '{ "n" : 1 ,\n "model" : "b" }'],
    ['{"n":12345678901234567890}', { model: '"b"' }, '{"n":12345678901234567890,"model":"b"}'],
    ['{}', { model: '"b"' }, '{"model":"b"}'],
    ['  { }  ', { model: '"b"' }, '  {"model":"b" }  '],
    ['{"a":{"model":"inner"},"model":"a"}', { model: '"b"' }, '{"a":{"model":"inner"},"model":"b"}'],
    ['{"a":"}\\"model\\":\\"x","model":"a"}', { model: '"b"' }, '{"a":"}\\"model\\":\\"x","model":"b"}'],
    ['{"a":"\\\\","model":"a"}', { model: '"b"' }, '{"a":"\\\\","model":"b"}'],
    ['{"mod\\u0065l":"a"}', { model: '"b"' }, '{"mod\\u0065l":"b"}'],
    ['{"model":"a","model":"c"}', { model: '"b"' }, '{"model":"b","model":"b"}'],
    ['{"model":null,"x":[1,[2,"]"],{}]}', { model: '"b"', y: '1' }, '{"model":"b","x":[1,[2,"]"],{}],"y":1}'],
    ['{"model":1.5e3}', { model: '"b"' }, '{"model":"b"}'],
  ])('%s', (json, changes, expected) => {
    expect(edit(json, changes as unknown as Record<string, string>)).toBe(expected)
  })

  test('changes what it should and nothing else, whatever the object', () => {
    const property = fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.string(),
      fc.nat(4),
      (object, name, indent) => {
        const json = JSON.stringify(object, null, indent)
        const edited = JSON.parse(edit(json, { [name]: '"new"' }))
        const expected = JSON.parse(json)
        Object.defineProperty(expected, name, { value: 'new', enumerable: true, configurable: true, writable: true })
        expect(edited).toEqual(expected)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  test.each([
    ['{"a":1,"b":2,"c":3}', ['a'], '{"b":2,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b'], '{"a":1,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['c'], '{"a":1,"b":2}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'b', 'c'], '{}'],
    ['{ "a" : 1 , "b" : [2, 3] }', ['a'], '{ "b" : [2, 3] }'],
    ['{"a":1,"a":2,"b":3}', ['a'], '{"b":3}'],
    ['{"b":3}', ['a'], '{"b":3}'],
  ])('%s without %j', (json, names, expected) => {
    expect(edit(json, Object.fromEntries(names.map((name) => [name, undefined])))).toBe(expected)
  })

  test('takes out what it should and nothing else, whatever the object', () => {
    const property = fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.nat(5),
      fc.nat(4),
      (object, nth, indent) => {
        const json = JSON.stringify(object, null, indent)
        const name = Object.keys(JSON.parse(json))[nth]
        if (name === undefined) return
        const expected = JSON.parse(json)
        delete expected[name]
        Object.defineProperty(expected, 'model', { value: 'm', enumerable: true, configurable: true, writable: true })
        const removed = name === 'model' ? {} : { [name]: undefined }
        const changes = new Map<string, string | undefined>([...Object.entries(removed), ['model', '"m"']])
        if (name === '__proto__') changes.set(name, undefined)
        expect(JSON.parse(editJson(Buffer.from(json), changes).toString())).toEqual(expected)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  test('without changes gives the same bytes', () => {
    const json = '{ "a" : [1, 2] , "b":"\\u00e9" }'
    expect(edit(json, {})).toBe(json)
  })
})
