import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { lockDirectory } from '../../../../src/ledger/journal/directory-lock.ts'
import { identityOfThisProcess } from '../../../../src/ledger/journal/process-identity.ts'

const CHILD = fileURLToPath(new URL('./child/hold-lock.ts', import.meta.url))

/** A directory, and processes that try to lock it; `hold` resolves with what the process said. */
async function setup() {
  const dir = await mkdtemp(join(tmpdir(), 'journal-lock-'))
  const children: ChildProcess[] = []
  return {
    dir,
    lock: join(dir, 'lock'),
    async hold() {
      const child = spawn(process.execPath, [CHILD, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      const [said] = await once(child.stdout, 'data')
      return { child, said: String(said).trim() }
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL')
          await once(child, 'close')
        }
      }
      await rm(dir, { recursive: true })
    },
  }
}

/** A lock file as some process would have left it. */
async function leave(path: string, changes: object): Promise<void> {
  await writeFile(path, JSON.stringify({ ...(await identityOfThisProcess()), id: 'left', ...changes }))
}

test('a directory that another process holds is refused, naming it; killed, it is free at once', async () => {
  await using bench = await setup()
  const { child, said } = await bench.hold()
  expect(said).toBe('held')
  const refused = expect.objectContaining({ code: 'locked', message: expect.stringContaining(`process ${child.pid}`) })
  await expect(lockDirectory(bench.dir)).rejects.toEqual(refused)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockDirectory(bench.dir)).release()
  expect(await readdir(bench.dir)).toEqual([])
})

test('a killed process that its parent never looks at again is dead all the same', async () => {
  await using bench = await setup()
  // `exec`: what is left of the shell is a `sleep`, which does not know that it has a child to bury.
  const shell = spawn('sh', ['-c', `"${process.execPath}" "${CHILD}" "${bench.dir}" & exec sleep 60`])
  try {
    await once(shell.stdout, 'data')
    const { pid } = JSON.parse(await readFile(bench.lock, 'utf8'))
    process.kill(pid, 'SIGKILL')
    while (!/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))) await new Promise(setImmediate)
    await (await lockDirectory(bench.dir)).release()
  } finally {
    shell.kill('SIGKILL')
    await once(shell, 'close')
  }
})

test('a lock that is let go while another container looks at it is free', async () => {
  await using bench = await setup()
  await leave(bench.lock, { pidNamespace: 'pid:[1]' })
  const locking = lockDirectory(bench.dir)
  await rm(bench.lock)
  await (await locking).release()
})

test('the same process cannot lock a directory twice', async () => {
  await using bench = await setup()
  const lock = await lockDirectory(bench.dir)
  await expect(lockDirectory(bench.dir)).rejects.toMatchObject({ code: 'locked' })
  await lock.release()
  await (await lockDirectory(bench.dir)).release()
})

test('a lock whose pid was reused by another process is stale', async () => {
  await using bench = await setup()
  await leave(bench.lock, { startedAt: '1' })
  await (await lockDirectory(bench.dir)).release()
})

test('a lock from before the last boot is stale, even if pid and start time are the same', async () => {
  await using bench = await setup()
  await leave(bench.lock, { bootId: '00000000-0000-0000-0000-000000000000' })
  await (await lockDirectory(bench.dir)).release()
})

test('a lock of another container is stale when nobody has touched it for long', async () => {
  await using bench = await setup()
  await leave(bench.lock, { pidNamespace: 'pid:[1]' })
  const longAgo = new Date(Date.now() - 60_000)
  await utimes(bench.lock, longAgo, longAgo)
  await (await lockDirectory(bench.dir)).release()
})

test('a lock of another container that is being touched is held', async () => {
  await using bench = await setup()
  await leave(bench.lock, { pidNamespace: 'pid:[1]', pid: 4711 })
  let beat = 0
  const heartbeat = setInterval(() => void utimes(bench.lock, new Date(), new Date(Date.now() - ++beat)), 50)
  try {
    await expect(lockDirectory(bench.dir)).rejects.toMatchObject({ message: expect.stringContaining('4711') })
  } finally {
    clearInterval(heartbeat)
  }
})

test('rubbish in place of a lock is taken over once it is old', async () => {
  for (const text of ['', 'rubbish', 'null', '{}', '17']) {
    await using bench = await setup()
    await writeFile(bench.lock, text)
    await utimes(bench.lock, new Date(0), new Date(0))
    await (await lockDirectory(bench.dir)).release()
  }
})

test('of many that find a stale lock at once, exactly one gets it', async () => {
  for (let round = 0; round < 20; round++) {
    await using bench = await setup()
    await leave(bench.lock, { startedAt: '1' })
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockDirectory(bench.dir)))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    await won[0]!.value.release()
    expect(await readdir(bench.dir)).toEqual([])
  }
})

test('of six processes that find a stale lock, exactly one gets it', async () => {
  await using bench = await setup()
  await leave(bench.lock, { startedAt: '1' })
  const said = await Promise.all(Array.from({ length: 6 }, async () => (await bench.hold()).said))
  expect(said.filter((text) => text === 'held')).toHaveLength(1)
  expect(said.filter((text) => text.startsWith('locked: '))).toHaveLength(5)
})

test('a takeover that died half way is taken over itself', async () => {
  await using bench = await setup()
  await leave(bench.lock, { startedAt: '1' })
  const { crc32 } = await import('node:zlib')
  const guard = `${bench.lock}.${crc32(await readFile(bench.lock)).toString(16)}`
  await leave(guard, { startedAt: '2', id: 'half way' })
  await (await lockDirectory(bench.dir)).release()
  expect(await readdir(bench.dir)).toEqual([])
})

test('drafts of processes that were killed while they locked are removed, those of living ones are not', async () => {
  await using bench = await setup()
  const draft = (id: string) => `${bench.lock}.${id}-0000-0000-0000-000000000000.new`
  const [dead, old, fresh, living] = ['00000001', '00000002', '00000003', '00000004'].map(draft) as [
    string,
    string,
    string,
    string,
  ]
  await leave(dead, { startedAt: '1' })
  await leave(living, {})
  await writeFile(old, '')
  await utimes(old, new Date(0), new Date(0))
  await writeFile(fresh, '')
  await writeFile(join(bench.dir, 'lock.txt.new'), 'not ours')
  const lock = await lockDirectory(bench.dir)
  expect((await readdir(bench.dir)).sort()).toEqual(
    ['lock', 'lock.txt.new', ...[fresh, living].map((path) => path.slice(bench.dir.length + 1))].sort(),
  )
  await lock.release()
})

test('releasing does not remove the lock of a successor', async () => {
  await using bench = await setup()
  const lock = await lockDirectory(bench.dir)
  await leave(bench.lock, { id: 'successor' })
  await lock.release()
  expect(await readdir(bench.dir)).toEqual(['lock'])
})
