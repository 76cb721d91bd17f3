import type * as z from 'zod'
import { ConfigError } from '../errors.ts'

const SECRET_NAME = /key|secret|password|(?<!per_)token$|credential|header|authorization|variables|url|api_?base/i

type Path = readonly PropertyKey[]

interface Place {
  /** Where the value stands; the path of every problem begins with it. */
  readonly at?: Path
  /** Names that an unknown key may have been meant as. */
  readonly known?: readonly string[]
}

/** Zod's own sentences are not wanted: an issue with a message has the rule of its schema. */
const NO_MESSAGE = () => ''

/** The value as the schema makes it, or one line for each thing that is wrong with it. */
export function inspect<T extends z.ZodType>(
  schema: T,
  value: unknown,
  { at = [], known = [] }: Place = {},
): { readonly value: z.output<T> } | { readonly lines: readonly string[] } {
  const result = schema.safeParse(value, { reportInput: true, error: NO_MESSAGE })
  if (result.success) return { value: result.data }
  return { lines: result.error.issues.flatMap((issue) => sentences(issue, [...at, ...issue.path], known)) }
}

/** The value as the schema makes it. Throws a `ConfigError` that begins with `title`. */
export function check<T extends z.ZodType>(schema: T, value: unknown, title: string, place?: Place): z.output<T> {
  const result = inspect(schema, value, place)
  if ('lines' in result) throw problems(title, result.lines)
  return result.value
}

/** One error for all that is wrong, so that it can be repaired in one go. */
export function problems(title: string, lines: readonly string[]): ConfigError {
  return new ConfigError(`${title}\n${lines.map((line) => `  - ${maskSecrets(line)}`).join('\n')}`)
}

/** `model_list[0].litellm_params.model` */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  )
}

/** A value as people may see it: short, and never a secret. */
export function shown(value: unknown, path: Path): string {
  const kind = kindOf(value)
  if (typeof value === 'object' || typeof value === 'function' || value === undefined) return kind
  if (mayBeSecret(path)) return `${kind} (not shown)`
  if (typeof value !== 'string') return String(value)
  const text = maskSecrets(value)
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}

function sentences(issue: z.core.$ZodIssue, path: Path, known: readonly string[]): string[] {
  if (issue.code === 'unrecognized_keys' && issue.message === '')
    return issue.keys.map((key) => unknownKey([...path, key], key, known))
  const rule = ruleOf(issue)
  if (issue.input === undefined) return [`\`${pathText(path)}\` is missing: it ${rule}.`]
  const subject = path.length > 0 ? `\`${pathText(path)}\`` : 'it'
  return [`${subject} ${rule}, got ${shown(issue.input, path)}.${quotesHelp(issue, rule)}`]
}

function unknownKey(path: Path, key: string, known: readonly string[]): string {
  const near = suggest(key, known)
  const help = near ? `Did you mean \`${near}\`?` : `Known are ${known.join(', ')}.`
  return `\`${pathText(path)}\` is unknown. ${help}`
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.message !== '') return issue.message
  if (issue.code === 'invalid_type') return `must be ${EXPECTED[issue.expected] ?? issue.expected}`
  if (issue.code === 'too_small' && issue.origin === 'string') return 'must not be empty'
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`
  return `must be different (${issue.code})`
}

function quotesHelp({ input }: z.core.$ZodIssue, rule: string): string {
  return rule === 'must be text' && (typeof input === 'number' || typeof input === 'boolean')
    ? ' Put it in quotes.'
    : ''
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return { string: 'text', object: 'a mapping', function: 'a function' }[typeof value as string] ?? `a ${typeof value}`
}

/** Whether the value at this path may be a secret and so must not be shown, whatever it looks like. */
export function mayBeSecret(path: readonly PropertyKey[]): boolean {
  return path.some((part) => typeof part === 'string' && SECRET_NAME.test(part))
}

/** `text` without passwords of URLs and without keys, for messages that people copy into tickets. */
export function maskSecrets(text: string): string {
  return text.replace(/(:\/\/[^/@\s:]*:)[^\s]*@/g, '$1***@').replace(/\b(sk|pk|xai|gsk)([-_])[\w-]+/g, '$1$2***')
}

/** The known name that was probably meant by `name`, or `undefined` when none is near: `most` letters apart at most. */
export function suggest(name: string, known: readonly string[], most = Number.POSITIVE_INFINITY): string | undefined {
  const wanted = plain(name)
  const limit = Math.min(most, Math.max(1, Math.floor(wanted.length / 3)))
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, plain(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** `maxConns`, `max_conns` and `max-conns` are one word to the person who typed them. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '')
}

/** Levenshtein distance, one row at a time. */
function distanceOf(a: string, b: string): number {
  const letters = [...b]
  let row = letters.map((_, index) => index + 1)
  for (const [index, letter] of [...a].entries()) {
    let [left, diagonal] = [index + 1, index]
    row = row.map((above, at) => {
      left = Math.min(left + 1, above + 1, diagonal + (letter === letters[at] ? 0 : 1))
      diagonal = above
      return left
    })
  }
  return row.at(-1) ?? a.length
}
