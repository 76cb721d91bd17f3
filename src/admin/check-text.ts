import { textProblem } from '../auth/text-problem.ts'
import type { LiteLLMError } from '../errors.ts'
import { refuse } from './refuse.ts'

const MAX_DEPTH = 32
const MAX_STRING = 65_536
/** Members that change an object's prototype in careless code, here or in what reads the rows. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** Why this value must not get near the database, or `undefined`: PostgreSQL's text has no NUL, and no half characters. */
export function checkText(value: unknown, depth = 0): LiteLLMError | undefined {
  if (typeof value === 'string') return checkString(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= MAX_DEPTH) return bad(`The request is nested deeper than ${MAX_DEPTH} levels.`)
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN.has(name)) return bad(`The request must not have a member named '${name}'.`)
    const refusal = checkString(name) ?? checkText(member, depth + 1)
    if (refusal) return refusal
  }
  return undefined
}

function checkString(value: string): LiteLLMError | undefined {
  if (value.length > MAX_STRING) return bad(`A text in the request is longer than ${MAX_STRING} characters.`)
  const problem = textProblem(value)
  return problem === undefined ? undefined : bad(`The request ${problem}.`)
}

function bad(message: string): LiteLLMError {
  return refuse(400, message, { type: 'bad_request_error' })
}
