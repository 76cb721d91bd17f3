import * as z from 'zod'
import { yamlNameOf } from './option-names.ts'
import { optionsSchema } from './options-schema.ts'
import { defaultOf, typeName, withoutDefault } from './schema-kinds.ts'

export interface OptionRow {
  /** Name in code. */
  readonly option: string
  /** Where it stands in a config.yaml; empty when only code can say it. */
  readonly yaml: string
  readonly type: string
  /** As users would write it; empty when there is none, or when the meaning tells it. */
  readonly default: string
  readonly meaning: string
}

/** One row per option, read off the schema: the source of the docs page. */
export function optionsTable(): OptionRow[] {
  return rowsOf(optionsSchema.shape)
}

function rowsOf(shape: Readonly<Record<string, unknown>>, above = ''): OptionRow[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const leaf = schema as z.ZodType
    const option = above + name
    const inner = withoutDefault(leaf)
    if (inner instanceof z.ZodObject) return rowsOf(inner.shape, `${option}.`)
    const standard = defaultOf(leaf)
    return {
      option,
      yaml: yamlNameOf(option),
      type: typeName(leaf),
      default: standard === undefined ? '' : String(standard),
      meaning: leaf.description ?? '',
    }
  })
}
