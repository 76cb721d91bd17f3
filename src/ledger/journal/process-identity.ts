import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** One process, told apart from every other: also from one with the same number before a reboot or in a container. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** The next three are Linux's; elsewhere they are unknown. */
  readonly bootId?: string
  readonly pidNamespace?: string
  /** Clock ticks from boot to the start of the process, as /proc says it. */
  readonly startedAt?: string
}

export type Liveness = 'alive' | 'dead' | 'unknown'

export async function identityOfThisProcess(): Promise<ProcessIdentity> {
  const [bootId, pidNamespace, startedAt] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((text) => text.trim(), unknown),
    readlink('/proc/self/ns/pid').catch(unknown),
    startOf(process.pid),
  ])
  return {
    pid: process.pid,
    host: hostname(),
    ...(bootId && { bootId }),
    ...(pidNamespace && { pidNamespace }),
    ...(startedAt && { startedAt }),
  }
}

/**
 * The identity and an `id` in at most 59 characters where the kernel says who it is: ext4 keeps the target of so short a
 * symbolic link in the inode. The host is left out: it decides nothing.
 */
export function toShortText(
  { pid, bootId = '', pidNamespace = '', startedAt = '' }: ProcessIdentity,
  id: string,
): string {
  const boot = Buffer.from(bootId.replaceAll('-', ''), 'hex').toString('base64url')
  const namespace = /\d+/.exec(pidNamespace)?.[0] ?? ''
  return [pid, startedAt, namespace, boot, id].join('.').slice(0, 59)
}

export function fromShortText(text: string): ProcessIdentity | undefined {
  const [pid, startedAt, namespace, boot = ''] = text.split('.')
  if (!Number(pid)) return undefined
  const hex = Buffer.from(boot, 'base64url').toString('hex')
  return {
    pid: Number(pid),
    host: '',
    ...(startedAt && { startedAt }),
    ...(namespace && { pidNamespace: `pid:[${namespace}]` }),
    ...(hex.length === 32 && { bootId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') }),
  }
}

/**
 * Whether `other` still runs, as far as this process can see. The kernel's start time tells a reused pid from the process
 * that had it first. `unknown` in another container, whose processes have numbers of their own, and outside Linux.
 */
export async function livenessOf(other: ProcessIdentity, self: ProcessIdentity): Promise<Liveness> {
  if (!other.bootId || !other.startedAt || !self.bootId) return 'unknown'
  if (other.bootId !== self.bootId) return 'dead'
  if (!other.pidNamespace || other.pidNamespace !== self.pidNamespace) return 'unknown'
  return (await startOf(other.pid)) === other.startedAt ? 'alive' : 'dead'
}

/** `undefined` when there is no such process, or only its corpse: a zombie holds no file any more. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(unknown)
  if (stat === undefined) return undefined
  // proc(5): "pid (name) state ...". The name may hold spaces and brackets. Fields 3 (state) and 22 (starttime).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

function unknown(): undefined {
  return undefined
}
