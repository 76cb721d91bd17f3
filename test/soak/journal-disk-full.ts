// node test/soak/journal-disk-full.ts        (as root, on Linux)
// Fills a real 1 MiB file system under a journal, with each answer to "full", and looks at what is left. Exits with 1
// when a confirmed record was lost, one was damaged, or the journal did not recover when space came back.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalOptions } from '../../src/ledger/journal/journal.ts'
import { openJournal } from '../../src/ledger/journal/open-journal.ts'
import { identityOfThisProcess } from '../../src/ledger/journal/process-identity.ts'
import { openOwnJournal } from '../../src/ledger/journal/process-journals.ts'
import { drain } from '../unit/ledger/journal/support.ts'

const mount = await mkdtemp(join(tmpdir(), 'journal-full-'))
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount])
try {
  await restartOnFullDisk()
  await letterOnFullDisk()
  await secondOnFullDisk()
  for (const onFull of ['reject', 'drop-newest', 'block'] as const) console.log(onFull, await fillAndRecover(onFull))
} finally {
  execFileSync('umount', ['-l', mount])
  await rm(mount, { recursive: true })
}

/** Another program takes all that is left, the process is killed, and the next one drains. */
async function restartOnFullDisk(): Promise<void> {
  const dir = join(mount, 'restart')
  const options: JournalOptions = {
    dir,
    fsync: 'always',
    fsyncIntervalMs: 1000,
    maxBytes: 64 * 1024 * 1024,
    segmentBytes: 64 * 1024,
    onFull: 'block',
  }
  const journal = await openJournal(options)
  const payloads = Array.from({ length: 100 }, (_, i) => `${i}:${'x'.repeat(1500)}`)
  for (const payload of payloads) await journal.append(payload)
  await journal.close()
  await writeFile(
    join(dir, 'lock'),
    JSON.stringify({ ...(await identityOfThisProcess()), startedAt: '1', id: 'killed' }),
  )
  const other = join(mount, 'other')
  await assert.rejects(writeFile(other, Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' })
  const reopened = await openJournal(options)
  assert.deepEqual(await drain(reopened), payloads)
  await reopened.append('room')
  assert.deepEqual(await drain(reopened), ['room'])
  await reopened.close()
  await rm(other)
  await rm(dir, { recursive: true })
  console.log('restart', { drained: payloads.length })
}

/** A record that cannot be written is set aside, and makes way for those behind it, without a free block. */
async function letterOnFullDisk(): Promise<void> {
  const dir = join(mount, 'letter')
  const journal = await openJournal(plainOptions(dir))
  const payloads = Array.from({ length: 60 }, (_, i) => `${i}:${'x'.repeat(1500)}`)
  for (const payload of payloads) await journal.append(payload)
  const other = join(mount, 'other')
  await assert.rejects(writeFile(other, Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' })
  const { records } = await journal.read(1, 1 << 20)
  await journal.deadLetter(records[0]!, { sqlstate: '22003', reason: 'numeric field overflow' })
  await journal.acknowledge(records[0]!.sequence)
  assert.equal((await journal.deadLetters.list()).length, 1)
  assert.deepEqual(await drain(journal), payloads.slice(1))
  await journal.close()
  await rm(other)
  await rm(dir, { recursive: true })
  console.log('letter', { drained: payloads.length - 1 })
}

/** The journal of a second process cannot be made: why is said, and what is in the way. */
async function secondOnFullDisk(): Promise<void> {
  const dir = join(mount, 'second')
  const first = await openOwnJournal(plainOptions(dir))
  const other = join(mount, 'other')
  await assert.rejects(writeFile(other, Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' })
  const told: string[] = []
  const onEvent: JournalOptions['onEvent'] = (event) =>
    event.name === 'journal:fail' && told.push((event.error as NodeJS.ErrnoException).code ?? '')
  const failure = await openOwnJournal({ ...plainOptions(dir), onEvent }).then(
    async ({ dir: opened, journal }) => {
      const kept = await journal.append('x').then(
        () => 'kept',
        (error: Error) => error.message,
      )
      await journal.close().catch(() => {})
      return `opened ${opened.slice(mount.length)}, append: ${kept}`
    },
    (error: Error) => error.message,
  )
  // With or without room for its directory: no record is confirmed, and the reason is told.
  assert.match(`${failure} ${told}`, /ENOSPC/)
  assert.doesNotMatch(failure, /kept/)
  console.log('second', failure, told)
  await rm(other)
  const second = await openOwnJournal(plainOptions(dir))
  assert.equal(second.dir, join(dir, 'process-2'))
  await second.journal.close()
  await first.journal.close()
  await rm(dir, { recursive: true })
}

function plainOptions(dir: string): JournalOptions {
  return {
    dir,
    fsync: 'always',
    fsyncIntervalMs: 1000,
    maxBytes: 64 * 1024 * 1024,
    segmentBytes: 64 * 1024,
    onFull: 'reject',
  }
}

async function fillAndRecover(onFull: JournalOptions['onFull']) {
  const dir = join(mount, onFull)
  const failures = new Set<string>()
  const options: JournalOptions = {
    dir,
    fsync: 'always',
    fsyncIntervalMs: 1000,
    maxBytes: 64 * 1024 * 1024,
    segmentBytes: 64 * 1024,
    onFull,
    onEvent: (event) =>
      event.name === 'journal:fail' && failures.add((event.error as NodeJS.ErrnoException).code ?? ''),
  }
  const journal = await openJournal(options)
  // Another program's file takes half of the space, and gives it back later.
  const other = join(mount, 'other')
  await writeFile(other, Buffer.alloc(512 * 1024))
  const confirmed: string[] = []
  const appends: Promise<unknown>[] = []
  for (let i = 0; failures.size === 0 || i < 400; i++) {
    const payload = `${i}:${'x'.repeat(1500)}`
    const kept = journal.append(payload).then((ok) => void (ok && confirmed.push(payload)))
    appends.push(kept.catch(() => {}))
    if (i % 10 === 0) await Promise.race([kept.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 20))])
  }
  const beforeRoom = confirmed.length
  await rm(other)
  const drained = await drain(journal)
  await journal.append('room again')
  await Promise.all(appends)
  drained.push(...(await drain(journal)))
  assert.deepEqual([...failures], ['ENOSPC'])
  assert.deepEqual(
    drained.filter((payload) => payload !== 'room again').sort(),
    confirmed.toSorted(),
    'exactly what was confirmed was read',
  )
  assert.ok(drained.includes('room again'))
  await journal.append('kept')
  await journal.close()
  const reopened = await openJournal(options)
  assert.deepEqual(await drain(reopened), ['kept'])
  await reopened.close()
  await rm(dir, { recursive: true })
  return { confirmedBeforeRoom: beforeRoom, confirmed: confirmed.length }
}
