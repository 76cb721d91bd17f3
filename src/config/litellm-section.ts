import * as z from 'zod'
import { check } from '../lib/config-error.ts'
import { snakeCase } from '../lib/name-case.ts'
import { COMPAT_TYPE, compatInFile } from './compat-option.ts'
import { sectionShape } from './option-names.ts'
import { DURATION_RULE, typeName, withoutDefault } from './schema-kinds.ts'
import { type Quoted, withoutQuotes } from './settings/quoted.ts'

/** How a value of a kind differs in a file from the same value in code. */
const IN_FILE: Readonly<Record<string, (schema: z.ZodType) => z.ZodType>> = {
  // A bare number means seconds elsewhere in this file, and milliseconds in code: no reader should have to guess.
  duration: (schema) => z.string({ error: DURATION_RULE }).pipe(schema as z.ZodType<number, string>),
  [COMPAT_TYPE]: (schema) => z.preprocess(compatInFile, schema),
}

/** As it is read from a file. YAML makes `false` of the word `off`. */
function readInFile(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return inFile(schema.shape)
  if (schema instanceof z.ZodEnum && schema.options.includes('off')) {
    return z.preprocess((value) => (value === false ? 'off' : value), schema)
  }
  return IN_FILE[typeName(schema)]?.(schema) ?? schema
}

const sectionSchema = inFile(sectionShape)

/** The same parameters under snake_case names, without defaults, read as options of the code. */
function inFile(shape: Readonly<Record<string, unknown>>): z.ZodType<Record<string, unknown>> {
  const names = Object.fromEntries(Object.keys(shape).map((name) => [snakeCase(name), name]))
  const schemas = Object.entries(shape).map(([name, schema]) => {
    return [snakeCase(name), readInFile(withoutDefault(schema as z.ZodType)).optional()]
  })
  return z
    .strictObject(Object.fromEntries(schemas))
    .transform((values) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [names[name] ?? name, value])),
    )
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
  const written = withoutQuotes(kindsOf(sectionShape), section, at, quoted)
  return {
    value: check(sectionSchema, written, title, { at, known: Object.keys(sectionShape).map(snakeCase) }),
    quoted,
  }
}
