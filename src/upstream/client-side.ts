import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { allowsClientSide, matchesClientSide } from '../admission/checks/check-request.ts'
import { LiteLLMError } from '../errors.ts'
import { text } from '../lib/json.ts'
import type { Call, Deployment } from '../types.ts'

/** Addresses that a client may never make the gateway connect to: this machine, its network, and metadata services with credentials. */
const PRIVATE = new BlockList()

const REFUSED = 'ERR_PRIVATE_ADDRESS'

/**
 * Looks up a name as Node does, and fails for one that leads to a private address. SECURITY: the connection is made to the
 * addresses that were checked; a name that is looked up twice may lead to two places.
 */
export const guardedLookup: LookupFunction = (hostname, options: LookupOptions, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, [])
    if (found.some(({ address }) => isPrivateAddress(address))) {
      return callback(Object.assign(new Error('The name leads to a private address'), { code: REFUSED }), [])
    }
    const [first] = found
    if (options.all || !first) return callback(null, found)
    callback(null, first.address, first.family)
  })
}

/** Members of a body that say where a call goes and with whose key. They go no further than this. */
export const CLIENT_SIDE_FIELDS = ['api_base', 'base_url', 'api_key'] as const

export interface ClientSide {
  readonly deployment: Deployment
  /** The address is not the operator's: it must be one of the open internet. */
  readonly guarded: boolean
}

const ADDRESSES = ['api_base', 'base_url'] as const

/** Headers of a deployment that are no secret. */
const OPEN_HEADERS = ['anthropic-version']
/** Headers that carry a provider key, and how. */
const BEARER: KeyHeader = ['authorization', (key) => `Bearer ${key}`]
const KEY_HEADERS: readonly KeyHeader[] = [['x-api-key', (key) => key], ['api-key', (key) => key], BEARER]

type KeyHeader = readonly [name: string, write: (key: string) => string]

/**
 * The deployment as a request wants it that brings a key or an address of its own; `undefined` when it brings none. An
 * address counts where the operator lets clients choose one (`anyAddress`, or the deployment's own list), whatever has
 * been checked before: without auth, or in a mode that only reports, nothing has. SECURITY: what we have for the operator's upstream, LiteLLM would send to
 * the client's too; here nothing of it goes there.
 */
export function clientSideOf(
  { json = {} }: Pick<Call, 'json'>,
  deployment: Deployment,
  anyAddress: boolean,
): ClientSide | undefined {
  const key = text(json.api_key)
  const address = ADDRESSES.map((name) => [name, text(json[name])] as const)
    .filter(([name, value]) => anyAddress || allowsClientSide(deployment.clientSide ?? [], name, value))
    .find(([, value]) => value !== undefined)?.[1]
  if (key === undefined && address === undefined) return undefined
  const { credential: _, ...rest } = deployment
  const [header, written] = KEY_HEADERS.find(([name]) => deployment.headers[name] !== undefined) ?? BEARER
  const own = key === undefined ? {} : { [header]: written(key) }
  if (address === undefined)
    return { deployment: { ...rest, headers: { ...deployment.headers, ...own } }, guarded: false }
  const headers = Object.fromEntries(Object.entries(deployment.headers).filter(([name]) => OPEN_HEADERS.includes(name)))
  const guarded = !isTrusted(address, deployment.clientSide ?? [])
  return { deployment: { ...rest, baseUrl: checked(address, guarded), headers: { ...headers, ...own } }, guarded }
}

/** An expression of the operator's names addresses that he knows. */
function isTrusted(address: string, allowed: readonly unknown[]): boolean {
  return allowed.some((entry) => CLIENT_SIDE_FIELDS.some((name) => matchesClientSide(entry, name, address)))
}

function checked(address: string, guarded: boolean): string {
  const url = /^https?:\/\//i.test(address) ? URL.parse(address) : null
  if (!url || [url.username, url.password, url.search, url.hash].some(Boolean)) {
    throw refused('api_base must be a URL that starts with http:// or https://, without a query or a password.')
  }
  if (guarded && namesPrivateAddress(address)) throw refused('api_base must not be a private address.')
  return address.replace(/\/+$/, '')
}

function refused(message: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param: 'api_base', message })
}

for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(address, bits, 'ipv4')
}

for (const [address, bits] of [
  ['::', 127],
  // IPv4 within IPv6, in the ways of RFC 6052 and RFC 3056; mapped addresses are checked as IPv4.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(address, bits, 'ipv6')
}

/** Whether an IP address is not one of the open internet. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether a URL names a private address itself; what its name leads to is seen when it is looked up. */
export function namesPrivateAddress(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) > 0 && isPrivateAddress(host)
}
