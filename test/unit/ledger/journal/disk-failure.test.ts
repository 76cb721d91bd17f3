import { readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { identityOfThisProcess, toShortText } from '../../../../src/ledger/journal/process-identity.ts'
import { until } from '../../../support/until.ts'
import { diskError, fakeDisk } from './fake-disk.ts'
import { appendAll, drain, journalBench, numbered, segmentsIn } from './support.ts'

/** A journal with one record, on a disk that then refuses `operation` (all of them, when none is named). */
async function setup(onFull: 'block' | 'reject' | 'drop-newest', fsync: 'always' | 'never' = 'always') {
  const bench = await journalBench()
  const disk = fakeDisk()
  const journal = await bench.open({ onFull, fsync }, disk)
  await journal.append('before')
  const refuse = (code: string, ...operations: string[]) => {
    disk.before = (operation) => {
      if (operations.length === 0 || operations.includes(operation)) throw diskError(code)
    }
  }
  const recover = () => {
    disk.before = () => {}
  }
  return { bench, journal, refuse, recover }
}

for (const [code, operations] of [
  ['ENOSPC', ['write']],
  ['EIO', ['write', 'truncate']],
  ['EIO', ['sync']],
  ['EIO', ['sync', 'truncate']],
  ['EROFS', []],
] as const) {
  const what = `${code} on ${operations.join(' and ') || 'everything'}`

  test(`${what}, reject: the append fails, the journal is usable again afterwards, nothing is torn`, async () => {
    const { bench, journal, refuse, recover } = await setup('reject')
    await using _ = bench
    refuse(code, ...operations)
    const results = await Promise.allSettled([journal.append('failed 1'), journal.append('failed 2')])
    expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual(
      Array(2).fill('write_failed'),
    )
    expect(results[0]).toMatchObject({ reason: { cause: { code } } })
    recover()
    await appendAll(journal, ['after', 'later'])
    expect(await drain(journal)).toEqual(['before', 'after', 'later'])
  })

  test(`${what}, reject: reopening finds what was kept and nothing else, although part of a group was written`, async () => {
    const { bench, journal, refuse, recover } = await setup('reject')
    await using _ = bench
    refuse(code, ...operations)
    await Promise.allSettled(numbered(10).map((payload) => journal.append(payload)))
    recover()
    await journal.append('after')
    await journal.close()
    expect(await drain(await bench.open())).toEqual(['before', 'after'])
    const damage = bench.events.filter(({ name }) => name !== 'journal:fail').map(({ name }) => name)
    const left = operations.length === 0 || operations.some((operation) => operation === 'truncate')
    expect(damage).toEqual(left ? ['journal:corrupt'] : [])
  })

  test(`${what}, block: the append waits, and is there once when the disk is back`, async () => {
    const { bench, journal, refuse, recover } = await setup('block')
    await using _ = bench
    refuse(code, ...operations)
    const waiting = appendAll(journal, ['waited', 'waited too'])
    await untilTold(bench, 'journal:fail')
    expect(await journal.read(9, 999)).toMatchObject({ records: { length: 1 } })
    recover()
    expect(await waiting).toEqual([true, true])
    await journal.close()
    expect(await drain(await bench.open())).toEqual(['before', 'waited', 'waited too'])
  })

  test(`${what}, drop-newest: the append resolves false and the loss is told`, async () => {
    const { bench, journal, refuse, recover } = await setup('drop-newest')
    await using _ = bench
    refuse(code, ...operations)
    expect(await journal.append('lost')).toBe(false)
    expect(bench.events.at(-1)).toMatchObject({ name: 'journal:drop', records: 1, bytes: 4, error: { code } })
    recover()
    expect(await drain(journal)).toEqual(['before'])
  })
}

test('the very first write fails as well as any other', async () => {
  await using bench = await journalBench()
  const disk = fakeDisk()
  disk.before = (operation) => {
    if (operation === 'sync' || operation === 'truncate') throw diskError('EIO')
  }
  const journal = await bench.open({ fsync: 'always', onFull: 'reject' }, disk)
  for (let i = 0; i < 3; i++) await expect(journal.append('failed')).rejects.toMatchObject({ code: 'write_failed' })
  disk.before = () => {}
  await journal.append('kept')
  await journal.close()
  expect(await drain(await bench.open())).toEqual(['kept'])
  expect(await segmentsIn(bench.dir)).toHaveLength(0)
})

for (const code of ['ENOSPC', 'EDQUOT'])
  test(`${code}: a start after a crash opens the journal and drains it, one owner at a time; then there is room`, async () => {
    await using bench = await journalBench()
    const before = await bench.open({ fsync: 'always' })
    await appendAll(before, ['first', 'second'])
    await before.close()
    // A killed process leaves its lock.
    const dead = { ...(await identityOfThisProcess()), startedAt: '1', id: 'dead' }
    await writeFile(join(bench.dir, 'lock'), JSON.stringify(dead))
    const disk = fakeDisk()
    disk.before = (operation) => {
      if (operation === 'write') throw diskError(code)
    }
    const journal = await bench.open({ onFull: 'block' }, disk)
    await expect(bench.open()).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(`process ${process.pid}:`),
    })
    expect(await drain(journal)).toEqual(['first', 'second'])
    // The folder is for the room that is set aside for dead letters.
    expect((await readdir(bench.dir)).sort()).toEqual(['dead-letters', 'lock', 'position'])
    disk.before = () => {}
    await journal.append('third')
    await journal.close()
    expect(await readdir(bench.dir)).not.toContain('lock')
    expect(await drain(await bench.open())).toEqual(['third'])
  })

test('a lock without a file of its own, left by a process that was killed, is taken over', async () => {
  await using bench = await journalBench()
  const dead = { ...(await identityOfThisProcess()), startedAt: '1' }
  await symlink(toShortText(dead, 'dead'), join(bench.dir, 'lock'))
  await (await bench.open()).append('kept')
})

test('closing ends the wait for a disk that does not come back', async () => {
  const { bench, journal, refuse } = await setup('block')
  await using _ = bench
  refuse('ENOSPC', 'write')
  const refused = expect(journal.append('x')).rejects.toMatchObject({ code: 'write_failed' })
  await untilTold(bench, 'journal:fail')
  await journal.close()
  await refused
  expect(await drain(await bench.open())).toEqual(['before'])
})

test('acknowledging makes a blocked write try again at once', async () => {
  const { bench, journal, refuse, recover } = await setup('block')
  await using _ = bench
  refuse('ENOSPC', 'write')
  const waiting = journal.append('waited')
  await untilTold(bench, 'journal:fail')
  recover()
  expect(await drain(journal)).toEqual(['before'])
  expect(await waiting).toBe(true)
})

test('a failed sync in the background is told, and the file is not written to again', async () => {
  await using bench = await journalBench()
  const disk = fakeDisk()
  const journal = await bench.open({ fsync: 'interval', fsyncIntervalMs: 1 }, disk)
  disk.before = (operation) => {
    if (operation === 'sync') throw diskError('EIO')
  }
  await journal.append('a')
  await untilTold(bench, 'journal:fail')
  disk.before = () => {}
  await journal.append('b')
  expect(await segmentsIn(bench.dir)).toHaveLength(2)
  expect(await drain(journal)).toEqual(['a', 'b'])
})

test('with `always`, a power cut at any moment loses nothing that was confirmed', async () => {
  for (let round = 0; round < 20; round++) {
    await using bench = await journalBench()
    const disk = fakeDisk()
    const journal = await bench.open({ fsync: 'always', segmentBytes: 300 }, disk)
    const confirmed: string[] = []
    const tried: string[] = []
    let cut = () => {}
    const power = new Promise<void>((resolve) => {
      cut = resolve
    })
    disk.before = (operation) => {
      if (operation === 'write' && disk.writes > round) {
        cut()
        throw diskError('EIO')
      }
    }
    const writer = async (name: string) => {
      for (let i = 0; disk.writes <= round; i++) {
        tried.push(`${name}${i}`)
        const kept = await journal.append(`${name}${i}`)
        if (kept) confirmed.push(`${name}${i}`)
      }
    }
    const writers = Promise.allSettled(['a', 'b', 'c'].map(writer))
    await power
    await journal.close()
    await writers
    await disk.cutPower()
    const found = await drain(await bench.open())
    expect(found).toEqual(expect.arrayContaining(confirmed))
    expect(tried).toEqual(expect.arrayContaining(found))
  }
})

async function untilTold(bench: { events: readonly { name: string }[] }, name: string): Promise<void> {
  await until(() => bench.events.some((event) => event.name === name))
}
