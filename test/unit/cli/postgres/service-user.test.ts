import { expect, test } from '@jest/globals'
import { parsePasswd } from '../../../../src/cli/postgres/service-user.ts'

test('accounts are read with their numbers, whatever else the file holds', () => {
  const users = parsePasswd('root:x:0:0:root:/root:/bin/bash\n# a comment\n\npostgres:x:101:104:,,,:/var/lib:/bin/sh\n')
  expect([...users.values()]).toEqual([{ name: 'postgres', uid: 101, gid: 104 }])
})

test('another name for root is still root, and lent to nobody', () => {
  expect(parsePasswd('postgres:x:0:0::/:/bin/sh').size).toBe(0)
})
