import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { appendAll, drain, journalBench, numbered, peek, segmentsIn } from './support.ts'

/** A journal that was closed with these records waiting, and its only segment. */
async function setup(payloads: readonly string[]) {
  const bench = await journalBench()
  const journal = await bench.open()
  await appendAll(journal, payloads)
  await journal.close()
  const [name] = await segmentsIn(bench.dir)
  const segment = join(bench.dir, name!)
  return { bench, segment, bytes: await readFile(segment) }
}

test('what waits is there after reopening, once, in order', async () => {
  await using bench = await journalBench()
  const first = await bench.open()
  await appendAll(first, ['a', 'b', 'c'])
  const { records } = await first.read(1, 100)
  await first.acknowledge(records[0]!.sequence)
  await first.close()
  const second = await bench.open()
  await second.append('d')
  expect(await drain(second)).toEqual(['b', 'c', 'd'])
  await second.close()
  expect(await drain(await bench.open())).toEqual([])
  expect(await segmentsIn(bench.dir)).toEqual([])
})

test('cut the last segment at any byte: it opens, keeps the whole records, and goes on', async () => {
  const payloads = numbered(4, 3)
  const { bench, segment, bytes } = await setup(payloads)
  await using _ = bench
  for (let cut = 0; cut <= bytes.length; cut++) {
    await rm(join(bench.dir, 'position'))
    await writeFile(segment, bytes.subarray(0, cut))
    const journal = await bench.open()
    const kept = await peek(journal)
    expect(kept).toEqual(payloads.slice(0, Math.floor(cut / (bytes.length / 4))))
    await journal.append('after')
    expect(await drain(journal)).toEqual([...kept, 'after'])
    await journal.close()
  }
  expect(bench.events.every(({ name }) => name === 'journal:torn')).toBe(true)
})

test('a torn end is cut off, told once, and set aside', async () => {
  const { bench, segment, bytes } = await setup(['whole', 'torn'])
  await using _ = bench
  await truncate(segment, bytes.length - 1)
  await (await bench.open()).close()
  await (await bench.open()).close()
  const file = `${segment}.29-27.corrupt`
  expect(bench.events).toEqual([{ name: 'journal:torn', segment: expect.any(String), bytes: 27, file }])
  expect(await readFile(file)).toEqual(bytes.subarray(29, -1))
  expect(await readFile(segment)).toEqual(bytes.subarray(0, 29))
})

test('zeros at the end, as a power cut leaves them, are cut off and not kept', async () => {
  const { bench, segment, bytes } = await setup(['whole'])
  await using _ = bench
  await writeFile(segment, Buffer.concat([bytes, Buffer.alloc(5000)]))
  expect(await peek(await bench.open())).toEqual(['whole'])
  expect(bench.events).toEqual([{ name: 'journal:torn', segment: expect.any(String), bytes: 5000 }])
  expect((await readdir(bench.dir)).filter((name) => name.endsWith('.corrupt'))).toEqual([])
})

test('random flipped bits cost the records they hit and are told; all others are kept', async () => {
  const payloads = numbered(40)
  const { bench, segment, bytes } = await setup(payloads)
  await using _ = bench
  for (let round = 0; round < 60; round++) {
    const damaged = Buffer.from(bytes)
    const bit = (round * 7919) % (bytes.length * 8)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    await writeFile(segment, damaged)
    bench.events.length = 0
    const journal = await bench.open()
    const kept = await peek(journal)
    await journal.close()
    expect(kept).toHaveLength(39)
    expect(payloads.filter((payload) => kept.includes(payload))).toEqual(kept)
    expect(bench.events).toHaveLength(1)
  }
})

test('damage in an older segment: everything before and after is kept, the bytes are set aside', async () => {
  await using bench = await journalBench()
  const payloads = numbered(60, 50)
  const journal = await bench.open({ segmentBytes: 1024 })
  for (const payload of payloads) await journal.append(payload)
  await journal.close()
  const [, second] = await segmentsIn(bench.dir)
  const path = join(bench.dir, second!)
  const bytes = await readFile(path)
  const damaged = Buffer.from(bytes).fill(0xff, 100, 300)
  await writeFile(path, damaged)

  const reopened = await bench.open()
  const [event] = bench.events
  const kept = await drain(reopened)
  const lost = payloads.filter((payload) => !kept.includes(payload))
  expect(lost.length).toBeGreaterThan(1)
  expect(lost.length).toBeLessThanOrEqual(4)
  expect(payloads.filter((payload) => kept.includes(payload))).toEqual(kept)
  expect(bench.events).toEqual([
    { name: 'journal:corrupt', segment: second, bytes: expect.any(Number), file: expect.any(String) },
  ])
  const aside = await readFile((event as { file: string }).file)
  expect(damaged.includes(aside)).toBe(true)
  expect(aside.includes(Buffer.alloc(200, 0xff))).toBe(true)
})

test('damage that happens while the journal is open is found when the segment is read', async () => {
  await using bench = await journalBench()
  const payloads = numbered(40, 50)
  const journal = await bench.open({ segmentBytes: 1024 })
  for (const payload of payloads) await journal.append(payload)
  const [, second] = await segmentsIn(bench.dir)
  const path = join(bench.dir, second!)
  const bytes = await readFile(path)
  bytes[60]! ^= 1
  await writeFile(path, bytes)
  const kept = await drain(journal)
  expect(kept).toHaveLength(39)
  expect(bench.events.map(({ name }) => name)).toEqual(['journal:corrupt'])
})

test('a segment that somebody deleted while the journal is open is told, and the rest is read', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ segmentBytes: 1024 })
  for (const payload of numbered(40, 50)) await journal.append(payload)
  const [, second] = await segmentsIn(bench.dir)
  await rm(join(bench.dir, second!))
  const kept = await drain(journal)
  expect(kept.at(-1)).toMatch(/^39:/)
  expect(bench.events).toEqual([{ name: 'journal:fail', operation: 'read', error: expect.anything() }])
})

test('directories that are missing are made', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ dir: join(bench.dir, 'a', 'b') })
  expect(await journal.append('x')).toBe(true)
})

test('a segment file that is all rubbish does not keep the others from being read', async () => {
  await using bench = await journalBench()
  await writeFile(join(bench.dir, '000000000000005-00000001.v1.log'), Buffer.alloc(3000, 'rubbish'))
  await writeFile(join(bench.dir, '000000000000002-00000001.v1.log'), '')
  await writeFile(join(bench.dir, 'notes.txt'), 'not ours')
  const journal = await bench.open()
  await journal.append('first')
  expect(await drain(journal)).toEqual(['first'])
  expect(bench.events.map(({ name }) => name)).toEqual(['journal:torn'])
})

test('a lost position means reading again, never skipping', async () => {
  const { bench } = await setup(['a', 'b'])
  await using _ = bench
  const journal = await bench.open()
  const { records } = await journal.read(1, 100)
  await journal.acknowledge(records[0]!.sequence)
  await journal.close()
  await writeFile(join(bench.dir, 'position'), 'x'.repeat(600))
  expect(await drain(await bench.open())).toEqual(['a', 'b'])
  expect(bench.events).toEqual([{ name: 'journal:position-lost' }])
})

test('one damaged slot of the position file costs at most one step back', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  await appendAll(journal, ['a', 'b', 'c', 'd'])
  for (let i = 0; i < 3; i++) await journal.acknowledge((await journal.read(1, 100)).position)
  const path = join(bench.dir, 'position')
  const bytes = await readFile(path)
  await journal.close()
  for (const offset of [0, 512]) {
    const damaged = Buffer.from(bytes)
    damaged[offset + 5]! ^= 0x10
    await writeFile(path, damaged)
    const reopened = await bench.open()
    expect(['c,d', 'd']).toContain((await peek(reopened)).join())
    await reopened.close()
  }
})

test('numbers go on above the position, even when the segments behind it are gone', async () => {
  await using bench = await journalBench()
  const first = await bench.open()
  await appendAll(first, ['a', 'b', 'c'])
  await drain(first)
  await first.close()
  const second = await bench.open()
  await second.append('d')
  await second.close()
  expect(await drain(await bench.open())).toEqual(['d'])
})

test('a backup of the directory opens elsewhere with the same records', async () => {
  const { bench, segment } = await setup(['a', 'b'])
  await using _ = bench
  await using other = await journalBench()
  await copyFile(segment, join(other.dir, segment.split('/').at(-1)!))
  expect(await drain(await other.open())).toEqual(['a', 'b'])
})

test('a temporary directory is warned about', async () => {
  await using bench = await journalBench()
  const told: string[] = []
  await bench.open({ onEvent: ({ name }) => told.push(name) })
  expect(told).toEqual(['journal:volatile'])
})
