import * as z from 'zod'
import { LONGEST_MS, parseDuration, parseSeconds } from './durations.ts'

/*
 * The kinds of values that options have. Each carries its name for the documentation in `meta().type`, and says in its
 * own errors what it takes, as the end of a sentence that begins with the option.
 */

export const flag = () => z.boolean({ error: 'must be true or false' }).meta({ type: 'boolean' })

export const text = () =>
  z.string({ error: 'must be text' }).min(1, { error: 'must not be empty' }).meta({ type: 'string' })

export const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z
    .enum(values, { error: `must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}` })
    .meta({ type: values.join(' or ') })

export const whole = (least: number) =>
  z
    .int({ error: 'must be a whole number' })
    .min(least, { error: `must be at least ${least}` })
    .meta({ type: 'integer' })

/** What `read` makes of a value, where `undefined` means that it cannot be read. */
export const readable = <I, O>(input: z.ZodType<I, I>, rule: string, read: (value: I) => O | undefined) =>
  input.transform((value, context): O => {
    const made = read(value)
    if (made !== undefined) return made
    context.issues.push({ code: 'custom', input: value, message: rule })
    return z.NEVER
  })

const numberOrText = (rule: string) => z.union([z.number(), z.string()], { error: rule })

/** A number, or a number that came as text from a variable. */
export const numeric = (rule: string, fits: (number: number) => boolean) =>
  readable(numberOrText(rule), rule, (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && fits(number) ? number : undefined
  })

/** Milliseconds from LiteLLM's own keys, where a bare number means seconds. */
export const seconds = () => readable(numberOrText(SECONDS_RULE), SECONDS_RULE, parseSeconds)

const SECONDS_RULE = 'must be a number of seconds, for example 600'

const span = () =>
  readable(numberOrText(DURATION_RULE), DURATION_RULE, (value) =>
    typeof value === 'number' ? value : parseDuration(value),
  )

/** Milliseconds from `20s`, or from a number of milliseconds, that a timer can hold. */
export const duration = () =>
  span()
    .pipe(z.number().gt(0, { error: TIMER_RULE }).max(LONGEST_MS, { error: TIMER_RULE }))
    .meta({ type: 'duration' })

/** Milliseconds like `duration`, as long as one likes: no timer has to hold them. */
export const age = () =>
  span()
    .pipe(z.number().gt(0, { error: 'must be longer than 0' }))
    .meta({ type: 'duration' })

/** Milliseconds like `age`, or 0 for none at all. */
export const ageOrNone = () =>
  span()
    .pipe(z.number().gte(0, { error: 'must not be negative' }))
    .meta({ type: 'duration' })

/** Milliseconds like `duration`, or 0 for none at all. */
export const timerOrNone = () =>
  span()
    .pipe(z.number().gte(0, { error: 'must not be negative' }).max(LONGEST_MS, { error: TIMER_RULE }))
    .meta({ type: 'duration' })

const TIMER_RULE = 'must be longer than 0 and at most 24d'

export const DURATION_RULE = 'must be a duration with its unit, for example 500ms, 20s, 5m or 1h'

/** A part that users may bring themselves: any object with these methods. */
export const part = <T>(type: string, methods: readonly (keyof T & string)[]) =>
  z
    .custom<T>((value) => methods.every((name) => typeof (value as Record<string, unknown>)?.[name] === 'function'), {
      error: `must have the methods ${methods.join(', ')}`,
    })
    .meta({ type })

interface Wrapper {
  readonly def: { readonly innerType?: z.ZodType; readonly in?: z.ZodType; readonly defaultValue?: unknown }
}

/** Name of the kind of a schema, wrappers such as defaults looked through. */
export function typeName(schema: z.ZodType): string {
  const own = schema.meta()?.type
  const { innerType } = (schema as unknown as Wrapper).def
  return typeof own === 'string' ? own : innerType ? typeName(innerType) : 'any'
}

/** The default of a schema as users would write it, or `undefined`. */
export function defaultOf(schema: z.ZodType): unknown {
  const { defaultValue, innerType } = (schema as unknown as Wrapper).def
  return defaultValue ?? (innerType ? defaultOf(innerType) : undefined)
}

/** The schema that is left when defaults and "may be absent" are taken off. */
export function withoutDefault(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
    ? withoutDefault(schema.unwrap() as z.ZodType)
    : schema
}
