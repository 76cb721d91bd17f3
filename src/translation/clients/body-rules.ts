import { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'

/*
 * Of what types the members of a client's body have to be. A body that no client library makes is refused by the name of
 * its member, before a translation meets it. What no rule names may be anything: it goes to the provider as it is.
 */

/** What is wrong with a value: where, below it, and what should be there. */
interface Problem {
  readonly path: string
  readonly wanted: string
}

/** `null` and what is absent pass, except where a rule is `required`. */
export type Rule = (value: unknown) => Problem | undefined

export const text: Rule = typed('string', 'text')
export const number: Rule = typed('number', 'a number')
export const flag: Rule = typed('boolean', 'true or false')

function typed(type: string, wanted: string): Rule {
  return (value) => (value == null || typeof value === type ? undefined : { path: '', wanted })
}

/** Of no type that a rule takes: each says what it wants instead. */
const NOTHING = Symbol('nothing')

export function required(rule: Rule): Rule {
  const missing = rule(NOTHING)
  return (value) => (value == null ? missing : rule(value))
}

/** An object whose members follow rules of their own. */
export function members(rules: Readonly<Record<string, Rule>> = {}): Rule {
  const entries = Object.entries(rules)
  return (value) => {
    if (value == null) return undefined
    if (typeof value !== 'object' || Array.isArray(value)) return { path: '', wanted: 'an object' }
    for (const [name, rule] of entries) {
      const problem = rule((value as Json)[name])
      if (problem) return { ...problem, path: `.${name}${problem.path}` }
    }
    return undefined
  }
}

/** A list, each of whose items follows the rule. */
export function list(rule: Rule): Rule {
  const item = required(rule)
  return (value) => {
    if (value == null) return undefined
    if (!Array.isArray(value)) return { path: '', wanted: 'a list' }
    for (const [at, one] of value.entries()) {
      const problem = item(one)
      if (problem) return { ...problem, path: `[${at}]${problem.path}` }
    }
    return undefined
  }
}

/** Text, or what follows the rule. */
export function textOr(rule: Rule): Rule {
  return (value) => {
    const problem = typeof value === 'string' ? undefined : rule(value)
    return problem?.path === '' ? { ...problem, wanted: `text or ${problem.wanted}` } : problem
  }
}

/** Google takes one where it wants a list. */
export function oneOrList(rule: Rule): Rule {
  const many = list(rule)
  return (value) => (Array.isArray(value) ? many(value) : rule(value))
}

/** An object whose `type` says which rules it follows. One of another type follows none. `usual`: one without a type. */
export function byType(rules: Readonly<Record<string, Rule>>, usual?: string): Rule {
  const base = members({ type: text })
  return (value) => {
    if (value == null) return undefined
    const type = (value as Json).type ?? usual
    return base(value) ?? (typeof type === 'string' && Object.hasOwn(rules, type) ? rules[type]?.(value) : undefined)
  }
}

/** @throws {LiteLLMError} `bad_request` that names the first member which breaks a rule. */
export function checkBody(body: Json, rule: Rule): void {
  const problem = rule(body)
  if (!problem) return
  const path = problem.path.slice(1)
  throw new LiteLLMError('bad_request', { param: path, message: `\`${path}\` must be ${problem.wanted}.` })
}
