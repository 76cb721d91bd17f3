import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { deadLettersDir } from '../../../../src/ledger/journal/open-journal.ts'
import { appendAll, drain, journalBench } from './support.ts'

/** A journal whose records "a" and "b" were set aside, and "c" was not. */
async function setup() {
  const bench = await journalBench()
  const journal = await bench.open({ now: () => 5000 })
  await appendAll(journal, ['a', 'b', 'c'])
  const { records } = await journal.read(2, 100)
  const reason = { sqlstate: '22003', reason: 'numeric field overflow\nfor "spend"' }
  for (const record of records) await journal.deadLetter(record, reason)
  await journal.acknowledge(records[1]!.sequence)
  return { bench, journal, records, reason }
}

test('a record set aside is listed, readable, and gone from the queue, also after a restart', async () => {
  const { bench, journal, reason } = await setup()
  await using _ = bench
  await journal.close()
  const reopened = await bench.open()
  const letters = await reopened.deadLetters.list()
  expect(letters).toMatchObject([reason, reason])
  expect(letters[0]).toMatchObject({ appendedAt: 5000, deadAt: 5000, corrupt: false })
  const letter = await reopened.deadLetters.get(letters[1]!.id)
  expect(letter?.payload.toString()).toBe('b')
  expect(await drain(reopened)).toEqual(['c'])
})

test('room for letters is set aside, is no letter, and takes none of the room of records', async () => {
  const { bench, journal } = await setup()
  await using _ = bench
  const letters = await journal.deadLetters.list()
  const dir = deadLettersDir(bench.dir)
  expect((await stat(join(dir, 'reserve'))).size).toBe(128 << 10)
  expect(letters).toHaveLength(2)
  expect(journal.size.bytes).toBeLessThan(64 << 10)
})

test('setting the same record aside again, as after a crash, makes no second letter', async () => {
  const { bench, journal, records } = await setup()
  await using _ = bench
  const { bytes } = journal.size
  await journal.deadLetter(records[0]!, { sqlstate: '22003', reason: 'numeric field overflow\nfor "spend"' })
  expect(await journal.deadLetters.list()).toHaveLength(2)
  expect(journal.size.bytes).toBe(bytes)
})

test('a removed letter is gone, and can be removed only once', async () => {
  const { bench, journal } = await setup()
  await using _ = bench
  const [first, second] = await journal.deadLetters.list()
  expect(await journal.deadLetters.remove(first!.id)).toBe(true)
  expect(await journal.deadLetters.remove(first!.id)).toBe(false)
  expect(await journal.deadLetters.get(first!.id)).toBeUndefined()
  expect(await journal.deadLetters.list()).toEqual([second])
})

test('a damaged letter is listed as such, never handed out, and can be removed', async () => {
  const { bench, journal } = await setup()
  await using _ = bench
  const [first] = await journal.deadLetters.list()
  const path = join(deadLettersDir(bench.dir), `${first!.id}.letter`)
  const bytes = await readFile(path)
  for (const offset of [0, 8, 20, bytes.length - 1]) {
    const damaged = Buffer.from(bytes)
    damaged[offset]! ^= 1
    await writeFile(path, damaged)
    expect((await journal.deadLetters.list())[0]).toMatchObject({ id: first!.id, corrupt: true })
    await expect(journal.deadLetters.get(first!.id)).rejects.toMatchObject({ code: 'corrupt' })
  }
  expect(await journal.deadLetters.remove(first!.id)).toBe(true)
})

test('an id is a name, not a path', async () => {
  const { bench, journal } = await setup()
  await using _ = bench
  await writeFile(join(bench.dir, 'secret.letter'), 'x')
  expect(await journal.deadLetters.get('../secret')).toBeUndefined()
  expect(await journal.deadLetters.remove('../secret')).toBe(false)
})

test('a payload of any bytes comes back as it was', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  const payload = Buffer.from([0, 10, 255, 10, 13, 32])
  await journal.append(payload)
  const { records } = await journal.read(1, 100)
  await journal.deadLetter(records[0]!, { reason: 'odd' })
  const [info] = await journal.deadLetters.list()
  expect((await journal.deadLetters.get(info!.id))?.payload).toEqual(payload)
})

test('a journal without dead letters lists none', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  expect(await journal.deadLetters.list()).toEqual([])
})
