import { createPrivateKey, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Dispatcher, request } from 'undici'
import { object } from '../../lib/json.ts'
import type { GoogleCredential } from '../../types.ts'
import { createExpiring, credentialError, type Expiring } from './credentials.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const TOKEN_URI = 'https://oauth2.googleapis.com/token'
/** Answers on Google's own machines only. */
const METADATA_HOST = 'metadata.google.internal'
const METADATA_PATH = '/computeMetadata/v1/instance/service-accounts/default/token'
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const LIFETIME_S = 3_600
const TIMEOUT_MS = 10_000

type Token = Expiring<string>

/** Puts a Google access token on requests: asked for once an hour, by an assertion signed with the account's key (RFC 7523). */
export function createGoogleToken(credential: GoogleCredential, dispatcher: Dispatcher) {
  const current = createExpiring(() => tokenOf(credential, dispatcher))
  return async function authorize(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await current()}` }
  }
}

async function tokenOf(credential: GoogleCredential, dispatcher: Dispatcher): Promise<Token> {
  const account = await accountOf(credential)
  if (!account) return await machineToken(credential, dispatcher)
  const form = FORMS[String(account.type)]
  if (!form) throw credentialError(`Google credentials of type ${JSON.stringify(account.type)} are not supported.`)
  const uri = typeof account.token_uri === 'string' ? account.token_uri : TOKEN_URI
  const body = new URLSearchParams(form(account, uri)).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return await ask(uri, { method: 'POST', headers, body, dispatcher })
}

/** The credentials file of Google's tools, of a service or of a user. */
interface GoogleAccount {
  readonly type?: unknown
  readonly token_uri?: unknown
  readonly client_email?: unknown
  readonly private_key?: unknown
  readonly private_key_id?: unknown
  readonly client_id?: unknown
  readonly client_secret?: unknown
  readonly refresh_token?: unknown
}

const FORMS: Readonly<Record<string, (account: GoogleAccount, uri: string) => Record<string, string>>> = {
  service_account: (account, uri) => ({ grant_type: JWT_BEARER, assertion: assertionOf(account, uri) }),
  authorized_user: ({ client_id, client_secret, refresh_token }) => ({
    grant_type: 'refresh_token',
    client_id: String(client_id),
    client_secret: String(client_secret),
    refresh_token: String(refresh_token),
  }),
}

async function accountOf({ file, json }: GoogleCredential): Promise<GoogleAccount | undefined> {
  try {
    const text = json ?? (file === undefined ? undefined : await readFile(file, 'utf8'))
    return text === undefined ? undefined : object(JSON.parse(text))
  } catch (cause) {
    throw credentialError('The Google credentials of this deployment cannot be read.', cause)
  }
}

function assertionOf(
  { client_email: email, private_key: key, private_key_id: kid }: GoogleAccount,
  audience: string,
): string {
  const issuedAt = Math.floor(Date.now() / 1000)
  const claims = { iss: email, scope: SCOPE, aud: audience, iat: issuedAt, exp: issuedAt + LIFETIME_S }
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`
  try {
    return `${signed}.${sign('sha256', Buffer.from(signed), createPrivateKey(String(key))).toString('base64url')}`
  } catch {
    // Its message may quote the key.
    throw credentialError('The private key of the Google service account cannot be read.')
  }
}

function machineToken({ metadataHost = METADATA_HOST }: GoogleCredential, dispatcher: Dispatcher): Promise<Token> {
  const headers = { 'metadata-flavor': 'Google' }
  return ask(`http://${metadataHost}${METADATA_PATH}`, { method: 'GET', headers, dispatcher })
}

async function ask(uri: string, options: NonNullable<Parameters<typeof request>[1]>): Promise<Token> {
  const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS }
  try {
    const answer = await request(uri, { ...options, ...timeouts })
    const { access_token: token, expires_in: seconds } = object(await answer.body.json())
    if (answer.statusCode === 200 && typeof token === 'string') {
      return { value: token, endsAt: Date.now() + (Number(seconds) || LIFETIME_S) * 1000 }
    }
    throw new Error(`status ${answer.statusCode}`)
  } catch (cause) {
    throw credentialError('Google gave no token for the credentials of this deployment.', cause)
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
