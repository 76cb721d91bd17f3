import type { z } from 'zod'

/** FastAPI's list of what is wrong with a request. Never quotes what was sent: it may be a secret. */
export interface Invalid {
  readonly detail: readonly {
    readonly type: string
    readonly loc: readonly (string | number)[]
    readonly msg: string
  }[]
}

/** What FastAPI would answer with, as status 422, to an error that knows its input (`reportInput`). */
export function invalidBody(error: z.ZodError, where: 'body' | 'query'): Invalid {
  return {
    detail: error.issues.flatMap(withUnions).map((issue) => {
      const { type, msg } = describe(issue)
      return { type, loc: [where, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))], msg }
    }),
  }
}

export function missing(...loc: (string | number)[]): Invalid {
  return { detail: [{ type: 'missing', loc, msg: 'Field required' }] }
}

/** Of what fits none of several forms, what is wrong with it in the one that was meant: an object, or a list. */
function withUnions(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const meant = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0) && issues.length > 0)
  return (meant ?? [issue]).map((inner) =>
    inner === issue ? issue : { ...inner, path: [...issue.path, ...inner.path] },
  )
}

/** Texts that should have been a number or a truth value: LiteLLM reads these. */
const PARSED: Readonly<Record<string, readonly [type: string, msg: string]>> = {
  number: ['float_parsing', 'Input should be a valid number, unable to parse string as a number'],
  int: ['int_parsing', 'Input should be a valid integer, unable to parse string as an integer'],
  boolean: ['bool_parsing', 'Input should be a valid boolean, unable to interpret input'],
}

const TYPES: Readonly<Record<string, readonly [type: string, msg: string]>> = {
  string: ['string_type', 'Input should be a valid string'],
  number: ['float_type', 'Input should be a valid number'],
  int: ['int_type', 'Input should be a valid integer'],
  boolean: ['bool_type', 'Input should be a valid boolean'],
  array: ['list_type', 'Input should be a valid list'],
  object: ['dict_type', 'Input should be a valid dictionary'],
  record: ['dict_type', 'Input should be a valid dictionary'],
}

function describe(issue: z.core.$ZodIssue): { type: string; msg: string } {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return { type: 'missing', msg: 'Field required' }
    const known = typeof issue.input === 'string' ? { ...TYPES, ...PARSED } : TYPES
    const [type, msg] = known[issue.expected] ?? ['value_error', issue.message]
    return { type, msg }
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => `'${String(value)}'`)
    return { type: 'literal_error', msg: `Input should be ${orList(values)}` }
  }
  if (issue.code === 'too_big') return tooMuch(issue.origin, issue.maximum)
  if (issue.code === 'too_small') return tooLittle(issue.origin, issue.minimum)
  return { type: 'value_error', msg: `Value error, ${issue.message}` }
}

function tooMuch(origin: string, most: number | bigint): { type: string; msg: string } {
  if (origin === 'string') return { type: 'string_too_long', msg: `String should have at most ${most} characters` }
  if (origin === 'array') return { type: 'too_long', msg: `List should have at most ${most} items` }
  return { type: 'less_than_equal', msg: `Input should be less than or equal to ${most}` }
}

function tooLittle(origin: string, least: number | bigint): { type: string; msg: string } {
  if (origin === 'string') return { type: 'string_too_short', msg: `String should have at least ${least} characters` }
  if (origin === 'array') return { type: 'too_short', msg: `List should have at least ${least} items` }
  return { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${least}` }
}

function orList(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
