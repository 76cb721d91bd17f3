import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readConfigFile } from '../../../src/config/yaml.ts'
import { directoryOf, messageOf } from './support.ts'

const read = (text: string) => readConfigFile(join(directoryOf({ 'config.yaml': text }), 'config.yaml'))

describe('values', () => {
  test('are those of YAML 1.1, as LiteLLM reads them', () => {
    expect(read('a: yes\nb: off\nc: 010\nd: 1e-6\ne: ~\nf: "yes"')).toEqual({
      a: true,
      b: false,
      c: 8,
      d: 1e-6,
      e: null,
      f: 'yes',
    })
  })

  test('y and n are names, as in LiteLLM', () => expect(read('y: 1\nn: N')).toEqual({ y: 1, n: 'N' }))

  test('merge keys work', () => {
    expect(read('base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3')).toMatchObject({ more: { x: 1, y: 3 } })
  })

  test('a date stays the text it was', () => {
    expect(read('api_version: 2024-02-15')).toEqual({ api_version: '2024-02-15' })
  })

  test('of two equal keys the last one counts, as in LiteLLM', () => expect(read('a: 1\na: 2')).toEqual({ a: 2 }))

  test('an empty file says nothing', () => expect(read('# nothing\n')).toEqual({}))
})

describe('include', () => {
  test('appends lists, replaces the rest, is relative to its file, and may nest', () => {
    const directory = directoryOf({
      'config.yaml': 'include: [parts/models.yaml, parts/more.yaml]\nmodel_list: [a]\nx: 1',
      'parts/models.yaml': 'model_list: [b]\nx: 2',
      'parts/more.yaml': 'include: deep/last.yaml\ny: 3',
      'parts/deep/last.yaml': 'model_list: [c]',
    })
    expect(readConfigFile(join(directory, 'config.yaml'))).toEqual({ model_list: ['a', 'b', 'c'], x: 2, y: 3 })
  })

  test('a circle is an error', () => {
    const directory = directoryOf({ 'a.yaml': 'include: b.yaml', 'b.yaml': 'include: a.yaml' })
    expect(messageOf(() => readConfigFile(join(directory, 'a.yaml')))).toBe(
      `ConfigError: The configuration ${directory}/a.yaml includes itself, by way of ${directory}/b.yaml.`,
    )
  })

  test('a missing file is named together with the file that wants it', () => {
    const directory = directoryOf({ 'a.yaml': 'include: [b.yaml]' })
    expect(messageOf(() => readConfigFile(join(directory, 'a.yaml')))).toBe(
      `ConfigError: Cannot read the configuration ${directory}/b.yaml, included by ${directory}/a.yaml: there is no such file.`,
    )
  })

  test('anything but names is an error', () => {
    const directory = directoryOf({ 'a.yaml': 'include: {b: 1}' })
    expect(messageOf(() => readConfigFile(join(directory, 'a.yaml')))).toBe(
      `ConfigError: \`include\` in ${directory}/a.yaml must be a list of file names.`,
    )
  })
})

describe('a file that cannot be read', () => {
  test('is named when it is missing', () => {
    expect(messageOf(() => readConfigFile('/nowhere/config.yaml'))).toBe(
      'ConfigError: Cannot read the configuration /nowhere/config.yaml: there is no such file.',
    )
  })

  test('is named when it is a directory', () => {
    const directory = directoryOf({})
    expect(messageOf(() => readConfigFile(directory))).toBe(
      `ConfigError: Cannot read the configuration ${directory}: it is a directory.`,
    )
  })

  test.each([
    ['a: 1\n  b: 2', 'line 1, column 4'],
    ['a: [1, 2', 'line 1, column 9'],
    ['a:\n\t- 1', 'line 2, column 1'],
    ['- a\n- b', 'line 1, column 1: a configuration is a mapping'],
    ['just text', 'line 1, column 1: a configuration is a mapping'],
  ])('%j is an error at its place', (text, place) => expect(messageOf(() => read(text))).toContain(place))

  test('an alias without an anchor is an error', () => {
    expect(messageOf(() => read('a: *gone'))).toMatch(/^ConfigError: .*config\.yaml.*alias/)
  })

  test('its text is never repeated: it may hold secrets', () => {
    for (const text of [
      '"sk-secret-1" "sk-secret-1"',
      'a: b: sk-secret-1',
      'key: "sk-secret-1',
      '@sk-secret-1',
      'a: *sk-secret-1',
      '%sk-secret-1 x\n---\na: 1',
      'a: !!sk-secret-1 x',
      '"a\\qsk-secret-1"',
    ]) {
      let message = ''
      try {
        read(text)
      } catch (error) {
        message = String(error)
      }
      expect(message).not.toContain('sk-secret-1')
    }
  })
})
