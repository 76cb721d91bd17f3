import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Tags } from 'yaml'
import { pythonFloat } from '../admission/facts/python-text.ts'
import { ConfigError } from '../errors.ts'

type Mapping = Readonly<Record<string, unknown>>

/** A YAML file as one mapping, with the files it includes merged in. Throws a `ConfigError` of one sentence. */
export function readConfigFile(file: string): Mapping {
  return withIncludes(parseYaml(readText(file), file), file, [])
}

/**
 * Adds the files named by `include:`, relative to the directory of `file`. As in LiteLLM a list is appended to a list
 * that is there, and anything else replaces it. Included files may include others.
 */
export function withIncludes(config: Mapping, file: string, parents: readonly string[]): Mapping {
  const { include, ...own } = config
  const above = [...parents, file]
  return includesOf(include, file).reduce((whole, path) => {
    if (above.includes(path)) throw new ConfigError(`The configuration ${path} includes itself, by way of ${file}.`)
    return merge(whole, withIncludes(parseYaml(readText(path, file), path), path, above))
  }, own as Mapping)
}

function includesOf(include: unknown, file: string): string[] {
  const names = include === undefined || include === null ? [] : typeof include === 'string' ? [include] : include
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw new ConfigError(`\`include\` in ${file} must be a list of file names.`)
  }
  return names.map((name) => resolve(dirname(file), name))
}

function merge(base: Mapping, added: Mapping): Mapping {
  const merged = Object.entries(added).map(([key, value]) => {
    const there = base[key]
    return [key, Array.isArray(there) && Array.isArray(value) ? [...there, ...value] : value]
  })
  return { ...base, ...Object.fromEntries(merged) }
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'this process may not read it',
}

function readText(file: string, includedBy?: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    const from = includedBy ? `, included by ${includedBy}` : ''
    throw new ConfigError(`Cannot read the configuration ${file}${from}: ${READ_ERRORS[code] ?? code}.`, {
      cause: error,
    })
  }
}

/** YAML 1.1 with merge keys and without dates equals what LiteLLM's parser makes of a config: `yes` is true. */
function parseYaml(text: string, file: string): Mapping {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    customTags: (tags) => tags.flatMap(asPyYaml),
    lineCounter: lines,
    prettyErrors: false,
  })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new ConfigError(`${file}, line ${line}, column ${col}: ${reasonOf(error.message)}.`)
  }
  const value: unknown = toPlain(document, file)
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ConfigError(`${file}, line 1, column 1: a configuration is a mapping (\`model_list:\`, ...).`)
  }
  rememberNumbers(document.contents, value, document)
  return value as Mapping
}

type YamlDocument = ReturnType<typeof parseDocument>

/** Numbers as they stand in a file, by the mapping or list that holds them: 1.0 and 1 are one number here, and two in Python. */
const WRITTEN = new WeakMap<object, Map<string | number, { readonly source: string; readonly value: number }>>()

/** What PyYAML takes for a float. `1e-6` is none: it stays a text. */
const PY_FLOAT = /^[-+]?(\d[\d_]*\.[\d_]*|\.\d[\d_]*)([eE][-+]\d+)?$/
const PY_INTEGER = /^[-+]?(0[xX][\da-fA-F_]+|0[bB][01_]+|[\d_:]+)$/

/** Python's text of a number that came from a file, `quote` for what PyYAML takes for a text; `undefined` of other values. */
export function writtenNumber(
  parent: object,
  name: string | number,
  quote: (text: string) => string,
): string | undefined {
  const found = WRITTEN.get(parent)?.get(name)
  if (!found) return undefined
  if (PY_FLOAT.test(found.source)) return pythonFloat(found.value)
  return PY_INTEGER.test(found.source) ? String(found.value) : quote(found.source)
}

function rememberNumbers(node: unknown, value: unknown, document: YamlDocument): void {
  if (typeof value !== 'object' || value === null || WRITTEN.has(value)) return
  const numbers = new Map<string | number, { source: string; value: number }>()
  WRITTEN.set(value, numbers)
  for (const [name, child] of childrenOf(node, document)) {
    if (!isScalar(child)) rememberNumbers(child, (value as Mapping)[name], document)
    else if (typeof child.value === 'number' && child.source !== undefined) {
      numbers.set(name, { source: child.source, value: child.value })
    } else numbers.delete(name)
  }
}

/** The members of a mapping, those of its merge keys first, or the items of a list. */
function childrenOf(node: unknown, document: YamlDocument): [string | number, unknown][] {
  if (isAlias(node)) return childrenOf(node.resolve(document), document)
  if (isSeq(node)) return node.items.map((item, index) => [index, item])
  if (!isMap(node)) return []
  const merged: [string | number, unknown][] = []
  const own: [string | number, unknown][] = []
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : ''
    if (name !== '<<') own.push([name, value])
    else merged.push(...(isSeq(value) ? value.items.toReversed() : [value]).flatMap((one) => childrenOf(one, document)))
  }
  return [...merged, ...own]
}

function toPlain(document: YamlDocument, file: string): unknown {
  try {
    return document.toJS()
  } catch (error) {
    throw new ConfigError(`${file}: ${reasonOf((error as Error).message)}.`)
  }
}

/** The parser's reason without the text it quotes: that text may be a secret. */
function reasonOf(message: string): string {
  const [first = ''] = message.split('\n')
  return first.replace(/: .*$/, '').replace(/["'`].*["'`]/, 'this')
}

/** Y and n are letters to PyYAML. And an unquoted `api_version: 2024-02-15` is meant as text. */
function asPyYaml(tag: Tags[number]): Tags {
  if (typeof tag === 'string' || !('test' in tag)) return [tag]
  if (tag.tag === 'tag:yaml.org,2002:timestamp') return []
  if (tag.tag !== 'tag:yaml.org,2002:bool') return [tag]
  const test = tag.test?.test('yes')
    ? /^(yes|Yes|YES|true|True|TRUE|on|On|ON)$/
    : /^(no|No|NO|false|False|FALSE|off|Off|OFF)$/
  return [{ ...tag, test } as Tags[number]]
}
