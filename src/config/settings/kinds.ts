import * as z from 'zod'
import { durationEnd } from '../../admission/facts/budget-duration.ts'
import { parseSeconds } from '../durations.ts'
import { flag, text } from '../schema-kinds.ts'

/*
 * The kinds of values that settings have. Strict: a value of another type is an error. `meta().type` names the kind, for
 * the documentation and for the values that were written in quotes, see quoted.ts.
 */

export { flag, text }

const number = (rule: string, fits: (value: number) => boolean, type: 'number' | 'integer' | 'HTTP status') =>
  z.number({ error: rule }).refine(fits, { error: rule }).meta({ type })

export const amount = () => number('must be a number of at least 0', (value) => value >= 0, 'number')

export const dollars = () => number('must be a number of US dollars of at least 0', (value) => value >= 0, 'number')

export const fraction = () =>
  number('must be a fraction from 0 to 1, for example 0.05', (value) => value >= 0 && value <= 1, 'number')

export const anyNumber = () => number('must be a number', () => true, 'number')

export const count = (least: number) =>
  number(`must be a whole number of at least ${least}`, (value) => Number.isInteger(value) && value >= least, 'integer')

/** A status with which calls are refused. */
export const httpError = () =>
  number(
    'must be an HTTP status from 400 to 599',
    (value) => Number.isInteger(value) && value >= 400 && value < 600,
    'HTTP status',
  )

const SECONDS_RULE = 'must be a number of seconds, for example 600'

/** Milliseconds of a number of seconds, or of a duration with its unit. */
export const seconds = () =>
  z
    .union([z.number(), z.string()], { error: SECONDS_RULE })
    .transform((value, { issues }) => {
      const seconds = parseSeconds(value)
      if (seconds !== undefined) return seconds
      issues.push({ code: 'custom', message: SECONDS_RULE, input: value })
      return z.NEVER
    })
    .meta({ type: 'seconds' })

export const DURATION_RULE = 'must be a duration with its unit, for example 30d, 12h or 1mo'

/** The time after which a budget or a key ends, as LiteLLM writes it. */
export const budgetDuration = () =>
  z
    .string({ error: DURATION_RULE })
    .refine((value) => durationEnd(value, new Date()) !== undefined, { error: DURATION_RULE })
    .meta({ type: 'duration' })

export const names = () => z.array(z.string(), { error: 'must be a list of names' }).meta({ type: 'list of names' })

export const mapping = () => z.record(z.string(), z.unknown(), { error: 'must be a mapping' }).meta({ type: 'mapping' })

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }).meta({ type: values.join(' or ') })

/** A mapping with these members, and others that are not looked at. */
export const members = <T extends z.ZodRawShape>(shape: T) =>
  z.looseObject(shape, { error: 'must be a mapping' }).meta({ type: 'mapping' })

/** A mapping of names to values of one kind. */
export const byName = <T extends z.ZodType>(value: T) =>
  z.record(z.string(), value, { error: 'must be a mapping' }).meta({ type: 'mapping' })

export const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item, { error: 'must be a list' }).meta({ type: 'list' })
