import { createHmac, timingSafeEqual } from 'node:crypto'
import { isObject } from '../lib/json.ts'
import type { Json } from '../types.ts'

/** The only algorithm: a token that names another one is not read. */
const HEADER = encoded({ alg: 'HS256', typ: 'JWT' })

/** A JSON Web Token (RFC 7519) with these claims, signed with HMAC-SHA-256. */
export function signToken(claims: Json, secret: string): string {
  const signed = `${HEADER}.${encoded(claims)}`
  return `${signed}.${signatureOf(signed, secret).toString('base64url')}`
}

/** The claims of a token that `signToken` has signed with this secret, and that has not expired; else `undefined`. */
export function readToken(token: string, secret: string, now: Date): Json | undefined {
  const [header = '', payload = '', signature = '', ...more] = token.split('.')
  if (header !== HEADER || more.length > 0) return undefined
  const given = Buffer.from(signature, 'base64url')
  const expected = signatureOf(`${header}.${payload}`, secret)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const claims = claimsOf(payload)
  return typeof claims?.exp === 'number' && claims.exp * 1000 > now.getTime() ? claims : undefined
}

function claimsOf(payload: string): Json | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return isObject(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

function signatureOf(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
