import * as z from 'zod'
import { check } from '../lib/config-error.ts'
import { databaseShape } from './options-schema.ts'
import { DURATION_RULE, typeName, withoutDefault } from './schema-kinds.ts'
import { type Quoted, withoutQuotes } from './settings/quoted.ts'

/** `maxConns` as it is written in a config.yaml: `max_conns`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** How a value of a kind differs in a file from the same value in code. */
const IN_FILE: Readonly<Record<string, (schema: z.ZodType) => z.ZodType>> = {
  // A bare number means seconds elsewhere in this file, and milliseconds in code: no reader should have to guess.
  duration: (schema) => z.string({ error: DURATION_RULE }).pipe(schema as z.ZodType<number, string>),
}

const sectionSchema = inFile(databaseShape)

/** The same parameters under snake_case names, without defaults, read as options of the code. */
function inFile(shape: Readonly<Record<string, unknown>>): z.ZodType<Record<string, unknown>> {
  const names = Object.fromEntries(Object.keys(shape).map((name) => [snakeCase(name), name]))
  const schemas = Object.entries(shape).map(([name, schema]) => {
    const bare = withoutDefault(schema as z.ZodType)
    const read = bare instanceof z.ZodObject ? inFile(bare.shape) : (IN_FILE[typeName(bare)]?.(bare) ?? bare)
    return [snakeCase(name), read.optional()]
  })
  return z
    .strictObject(Object.fromEntries(schemas))
    .transform((values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [names[name]!, value])))
}

/** The kinds of the parameters alone, for what was written in quotes. */
function kindsOf(shape: Readonly<Record<string, unknown>>): z.ZodObject {
  const kinds = Object.entries(shape).map(([name, schema]) => {
    const bare = withoutDefault(schema as z.ZodType)
    return [snakeCase(name), bare instanceof z.ZodObject ? kindsOf(bare.shape) : bare]
  })
  return z.looseObject(Object.fromEntries(kinds))
}

export interface LiteLLMSection {
  /** Under the names of the options in code. Without defaults. */
  readonly value: Record<string, unknown>
  readonly quoted: readonly Quoted[]
}

/** What the section `litellm_db` of a config says. */
export function readLiteLLMSection(section: unknown, title: string): LiteLLMSection {
  if (section === undefined) return { value: {}, quoted: [] }
  const quoted: Quoted[] = []
  const at = ['litellm_db']
  const written = withoutQuotes(kindsOf(databaseShape), section, at, quoted)
  return {
    value: check(sectionSchema, written, title, { at, known: Object.keys(databaseShape).map(snakeCase) }),
    quoted,
  }
}
