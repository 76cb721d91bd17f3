import { describe, expect, test } from '@jest/globals'
import { guardedLookup, isPrivateAddress, namesPrivateAddress } from '../../../src/upstream/client-side.ts'

test.each([
  ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
  ...['::1', '::', 'fe80::1', 'fd00:ec2::254', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::'],
])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true))

test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is not', (address) =>
  expect(isPrivateAddress(address)).toBe(false),
)

// A URL parser makes one address of many spellings.
test.each([
  'http://127.1/v1',
  'http://2130706433',
  'http://0x7f.0.0.1',
  'https://[::1]:8000/v1',
  'http://[::ffff:7f00:1]',
])('%s names a private address', (url) => expect(namesPrivateAddress(url)).toBe(true))

describe('a name that leads to a private address', () => {
  test.each([true, false])('is not found (all: %s)', async (all) => {
    const error = await new Promise((resolve) => guardedLookup('localhost', { all }, resolve))
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_ADDRESS' })
  })
})
