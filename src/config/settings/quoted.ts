import * as z from 'zod'
import { pathText } from '../../lib/config-error.ts'
import { parseSeconds } from '../durations.ts'
import { typeName, withoutDefault } from '../schema-kinds.ts'

type Path = readonly PropertyKey[]

/** A value that stands in quotes and is taken for what is in them. */
export interface Quoted {
  readonly path: Path
  readonly meant: boolean | number
}

export function quotedText({ path, meant }: Quoted): string {
  return `\`${pathText(path)}\` is in quotes, and is taken as ${meant}. Write it without quotes.`
}

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

/** What a text means where a value of another type is expected; `undefined` when it means none. */
const READ: Readonly<Record<string, (text: string) => boolean | number | undefined>> = {
  boolean: (text) => WORDS[text.trim().toLowerCase()],
  integer: numberIn,
  'HTTP status': numberIn,
  number: numberIn,
  seconds: (text) => numberIn(text) ?? secondsIn(text),
}

/**
 * A value with booleans and numbers in the place of the texts that were written for them, wherever the schema has such a
 * type. Durations of settings that LiteLLM counts in seconds become seconds. What cannot be read is left to the schema.
 */
export function withoutQuotes(schema: z.ZodType, value: unknown, path: Path, found: Quoted[]): unknown {
  const bare = withoutDefault(schema)
  if (typeof value === 'string') return meantBy(bare, value, path, found)
  if (bare instanceof z.ZodUnion) {
    const fitting = bare.options.find((option) => holds(option as z.ZodType, value))
    return fitting ? withoutQuotes(fitting as z.ZodType, value, path, found) : value
  }
  if (Array.isArray(value)) {
    if (!(bare instanceof z.ZodArray)) return value
    return value.map((item, index) => withoutQuotes(bare.element as z.ZodType, item, [...path, index], found))
  }
  const memberOf = isPlain(value) ? membersOf(bare) : undefined
  if (!memberOf) return value
  return Object.fromEntries(
    Object.entries(value as object).map(([name, item]) => {
      const member = memberOf(name)
      return [name, member ? withoutQuotes(member, item, [...path, name], found) : item]
    }),
  )
}

function meantBy(schema: z.ZodType, text: string, path: Path, found: Quoted[]): unknown {
  const types = schema instanceof z.ZodUnion ? schema.options : [schema]
  for (const type of types) {
    const meant = READ[typeName(type as z.ZodType)]?.(text)
    if (meant === undefined) continue
    if (numberIn(text) !== undefined || typeof meant === 'boolean') found.push({ path, meant })
    return meant
  }
  return text
}

function holds(schema: z.ZodType, value: unknown): boolean {
  return Array.isArray(value) ? schema instanceof z.ZodArray : isPlain(value) && membersOf(schema) !== undefined
}

/** The schema of a member by its name, of a schema that has members. */
function membersOf(schema: z.ZodType): ((name: string) => z.ZodType | undefined) | undefined {
  if (schema instanceof z.ZodRecord) return () => schema.valueType as z.ZodType
  if (schema instanceof z.ZodObject) return (name) => own(schema.shape, name)
  const inner = schema instanceof z.ZodPipe ? schema.in : undefined
  return inner instanceof z.ZodObject ? (name) => own(inner.shape, name) : undefined
}

function own(shape: Readonly<Record<string, unknown>>, name: string): z.ZodType | undefined {
  return Object.hasOwn(shape, name) ? (shape[name] as z.ZodType) : undefined
}

function numberIn(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}

function secondsIn(text: string): number | undefined {
  const ms = parseSeconds(text)
  return ms === undefined ? undefined : ms / 1_000
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
