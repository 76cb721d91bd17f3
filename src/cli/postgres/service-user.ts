import { readFile } from 'node:fs/promises'

/** An existing account without privileges. */
export interface ServiceUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const NAMES = ['postgres', '_postgres', 'nobody']

/**
 * Who PostgreSQL must run as: `undefined` means ourselves. PostgreSQL refuses to run as root, so root lends it the
 * first of these accounts that exists; none is ever created.
 */
export async function serviceUser(): Promise<ServiceUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''))
  return NAMES.map((name) => users.get(name)).find((user) => user !== undefined) ?? NOBODY
}

/** What `nobody` is nearly everywhere; a process may run as a number that no file names. */
const NOBODY: ServiceUser = { name: 'nobody', uid: 65534, gid: 65534 }

export function parsePasswd(text: string): ReadonlyMap<string, ServiceUser> {
  const users = new Map<string, ServiceUser>()
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '') || Number(uid) === 0) continue
    users.set(name, { name, uid: Number(uid), gid: Number(gid) })
  }
  return users
}
