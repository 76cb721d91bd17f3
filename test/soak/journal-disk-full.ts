// node test/soak/journal-disk-full.ts        (as root, on Linux)
// Fills a real 512 KiB file system under a journal, with each answer to "full", and looks at what is left. Exits with 1
// when a confirmed record was lost, one was damaged, or the journal did not recover when space came back.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalOptions } from '../../src/ledger/journal/journal.ts'
import { openJournal } from '../../src/ledger/journal/open-journal.ts'
import { identityOfThisProcess } from '../../src/ledger/journal/process-identity.ts'
import { drain } from '../unit/ledger/journal/support.ts'

const mount = await mkdtemp(join(tmpdir(), 'journal-full-'))
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', mount])
try {
  await restartOnFullDisk()
  for (const onFull of ['reject', 'drop-newest', 'block'] as const) console.log(onFull, await fillAndRecover(onFull))
} finally {
  execFileSync('umount', [mount])
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
  await assert.rejects(writeFile(other, Buffer.alloc(512 * 1024)), { code: 'ENOSPC' })
  const reopened = await openJournal(options)
  assert.deepEqual(await drain(reopened), payloads)
  await reopened.append('room')
  assert.deepEqual(await drain(reopened), ['room'])
  await reopened.close()
  await rm(other)
  console.log('restart', { drained: payloads.length })
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
  await writeFile(other, Buffer.alloc(256 * 1024))
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
  return { confirmedBeforeRoom: beforeRoom, confirmed: confirmed.length }
}
