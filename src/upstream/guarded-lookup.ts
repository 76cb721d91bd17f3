import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** What nobody outside may make us talk to: ourselves, our neighbours, and the machine that knows our credentials. */
const PRIVATE = new BlockList()
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

const REFUSED = 'ERR_PRIVATE_ADDRESS'

/** Whether an IP address is not one of the open internet. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether a URL names a private address itself; what its name leads to is seen when it is looked up. */
export function namesPrivateAddress(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) > 0 && isPrivateAddress(host)
}

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
    if (options.all) return callback(null, found)
    callback(null, found[0]!.address, found[0]!.family)
  })
}
