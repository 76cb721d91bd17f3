import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument, type Tags } from 'yaml'
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
  return value as Mapping
}

function toPlain(document: ReturnType<typeof parseDocument>, file: string): unknown {
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
