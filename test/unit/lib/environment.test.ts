import { describe, expect, test } from '@jest/globals'
import { missingText, resolveReferences, withVariables } from '../../../src/lib/environment.ts'

const ENV = { KEY: 'sk-1', EMPTY: '', YES: 'True', HOST: 'db', PORT: '5432', MAX: '30' }
const resolve = (value: unknown) => resolveReferences(value, ENV)

describe('resolveReferences', () => {
  test.each([
    ['os.environ/KEY', 'sk-1'],
    ['os.environ/EMPTY', ''],
    ['os.environ/YES', true],
    ['os.environ/MAX', '30'],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: that is the syntax under test
    ['${KEY}', 'sk-1'],
    ['${YES}', true],
    ['postgres://${HOST}:${PORT}/x', 'postgres://db:5432/x'],
    ['${NOT_SET:-fallback}', 'fallback'],
    ['${NOT_SET:-}', ''],
    ['${EMPTY:-fallback}', 'fallback'],
    ['$${KEY}', '${KEY}'],
    ['${not a name}', '${not a name}'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
    ['see os.environ/KEY', 'see os.environ/KEY'],
    ['$KEY', '$KEY'],
    ['true', 'true'],
    [30, 30],
    [null, null],
  ])('%j becomes %j', (text, value) => expect(resolve(text)).toEqual({ value, missing: [] }))

  test('references inside lists and mappings are resolved, keys are not', () => {
    const { value } = resolve({ 'os.environ/KEY': [{ a: 'os.environ/KEY' }, 'os.environ/KEY'] })
    expect(value).toEqual({ 'os.environ/KEY': [{ a: 'sk-1' }, 'sk-1'] })
  })

  test('what is not plain data is handed through untouched', () => {
    const store = new (class Store {
      find = () => undefined
    })()
    expect((resolve({ store }).value as { store: unknown }).store).toBe(store)
  })

  test('every variable that is not set is named with its place', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the syntax under test
    const { value, missing } = resolve({ a: ['x', 'os.environ/NOT_SET'], b: '${GONE}!' })
    expect(missing).toEqual([
      { name: 'NOT_SET', path: ['a', 1] },
      { name: 'GONE', path: ['b'] },
    ])
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the syntax under test
    expect(value).toEqual({ a: ['x', 'os.environ/NOT_SET'], b: '${GONE}!' })
    expect(missingText(missing[0]!)).toBe(
      '`a[1]` refers to the environment variable NOT_SET, which is not set. Set it, or remove the reference.',
    )
  })
})

describe('withVariables', () => {
  test('the map stands above the environment, and its values are text', () => {
    expect(withVariables(ENV, { HOST: 'other', COPY: 'os.environ/KEY', N: 7 })).toEqual({
      ...ENV,
      HOST: 'other',
      COPY: 'sk-1',
      N: '7',
    })
  })

  test('a reference that leads nowhere, or an empty entry, sets nothing', () => {
    expect(withVariables(ENV, { A: 'os.environ/NOT_SET', HOST: null })).toEqual(ENV)
  })

  test('without a map the environment stays as it is', () => expect(withVariables(ENV, undefined)).toBe(ENV))
})
