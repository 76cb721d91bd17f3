import { expect, test } from '@jest/globals'
import { suggest } from '../../../src/lib/config-error.ts'

const KNOWN = ['max_conns', 'min_conns', 'auth_cache_ttl', 'auth_cache_size']

test.each([
  ['max_con', 'max_conns'],
  ['maxConns', 'max_conns'],
  ['min_connections', undefined],
  ['auth-cache-tll', 'auth_cache_ttl'],
  ['AUTH_CACHE_SIZE', 'auth_cache_size'],
  ['unrelated', undefined],
])('%s was meant as %s', (name, meant) => expect(suggest(name, KNOWN)).toBe(meant))
