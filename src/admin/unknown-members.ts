import { z } from 'zod'
import { OWN_MEMBERS } from '../models/routing/own-settings.ts'

const MOST_NAMES = 20
const LONGEST_NAME = 64
/** Of these objects all is stored, and these members act. */
const ACTING: Readonly<Record<string, ReadonlySet<string>>> = { router_settings: new Set(OWN_MEMBERS) }

/**
 * The names in a body that its endpoint does not know, for a header: `max_budgt, keys[0].modells`. A misspelt limit would
 * otherwise be no limit, in silence. So are members of `router_settings` that only the router itself may have. `undefined`
 * when there are none.
 */
export function unknownMembers(schema: z.ZodType | undefined, body: unknown): string | undefined {
  const names = schema ? namesIn(schema, body, '') : []
  if (names.length === 0) return undefined
  const shown = names.slice(0, MOST_NAMES).map(headerSafe)
  return [...shown, ...(names.length > MOST_NAMES ? ['...'] : [])].join(', ')
}

function namesIn(schema: z.ZodType, value: unknown, path: string): readonly string[] {
  const inner = unwrapped(schema, value)
  if (Array.isArray(value)) {
    if (!(inner instanceof z.ZodArray)) return []
    return value.flatMap((item, index) => namesIn(inner.element as z.ZodType, item, `${path}[${index}]`))
  }
  if (!(inner instanceof z.ZodObject) || !isObject(value) || inner.meta()?.open) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`
    const acting = Object.hasOwn(ACTING, name) ? ACTING[name] : undefined
    if (acting && isObject(member)) return idle(member, acting).map((idleName) => `${at}.${idleName}`)
    return Object.hasOwn(inner.shape, name) ? namesIn(inner.shape[name] as z.ZodType, member, at) : [at]
  })
}

/** Null says nothing. */
function idle(object: object, acting: ReadonlySet<string>): readonly string[] {
  return Object.entries(object).flatMap(([name, value]) => (value === null || acting.has(name) ? [] : [name]))
}

/** The schema that looks at the value itself, behind "may be absent", preprocessing and alternatives. */
function unwrapped(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return unwrapped(schema.unwrap() as z.ZodType, value)
  }
  if (schema instanceof z.ZodPipe) {
    const side = schema.in instanceof z.ZodTransform ? schema.out : schema.in
    return unwrapped(side as z.ZodType, value)
  }
  if (!(schema instanceof z.ZodUnion)) return schema
  const options = schema.options.map((option) => unwrapped(option as z.ZodType, value))
  const kind = Array.isArray(value) ? z.ZodArray : z.ZodObject
  return options.find((option) => option instanceof kind) ?? schema
}

/** A header takes no line breaks and no letters beyond Latin 1. */
function headerSafe(name: string): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name
  return /^[\w.[\]-]+$/.test(short) ? short : encodeURIComponent(short.toWellFormed())
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
