import { describe, expect, test } from '@jest/globals'
import { readDatabaseUrl } from '../../../src/config/database-url.ts'
import { messageOf } from './support.ts'

const read = (query: string) => readDatabaseUrl(`postgresql://u:p@h/db${query}`, 'DATABASE_URL')
const PLAIN = { url: 'postgresql://u:p@h/db', prepare: true }

describe('readDatabaseUrl', () => {
  test.each([
    ['', PLAIN],
    ['?schema=litellm', { ...PLAIN, searchPath: 'litellm' }],
    ['?schema=LiteLLM%20x', { ...PLAIN, searchPath: '"LiteLLM x"' }],
    ['?pgbouncer=true', { ...PLAIN, prepare: false }],
    ['?statement_cache_size=0', { ...PLAIN, prepare: false }],
    ['?statement_cache_size=100&pgbouncer=false', PLAIN],
    ['?connection_limit=7&pool_timeout=60&socket_timeout=3', { ...PLAIN, maxConns: 7 }],
    ['?connection_limit=0', PLAIN],
    ['?connect_timeout=3', { ...PLAIN, connectTimeoutMs: 3_000 }],
    ['?sslmode=require&channel_binding=require', { ...PLAIN, url: `${PLAIN.url}?sslmode=require` }],
    ['?sslmode=require&sslaccept=strict', { ...PLAIN, url: `${PLAIN.url}?sslmode=verify-full` }],
    ['?application_name=x&schema=public', { ...PLAIN, url: `${PLAIN.url}?application_name=x`, searchPath: 'public' }],
  ])('of %j', (query, address) => expect(read(query)).toEqual(address))

  test('a question mark in the password is no query, and several hosts are fine', () => {
    const url = 'postgres://u:p?x@a:5432,b:5432/db'
    expect(readDatabaseUrl(`${url}?schema=s`, 'x')).toEqual({ url, prepare: true, searchPath: 's' })
  })

  test.each(['mysql://u:secret@h/db', 'u:secret@h', 'postgresql://u:secret word@h/db', ''])(
    '%s is refused, not shown',
    (url) => {
      expect(messageOf(() => readDatabaseUrl(url, '`databaseUrl`'))).toBe(
        'ConfigError: `databaseUrl` must be a PostgreSQL URL, for example postgresql://user:password@host:5432/litellm. ' +
          'Without a database set `enabled: false`.',
      )
    },
  )
})
