import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { PositionFile } from '../../../../src/ledger/journal/position-file.ts'

async function setup() {
  const dir = await mkdtemp(join(tmpdir(), 'journal-position-'))
  return {
    path: join(dir, 'position'),
    async write(position: number) {
      const { file } = await PositionFile.open(dir)
      await file.write(position, { sync: false })
      await file.close()
    },
    async read() {
      const { file, position } = await PositionFile.open(dir)
      await file.close()
      return position
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  }
}

test('a new file stands at 0', async () => {
  await using bench = await setup()
  expect(await bench.read()).toBe(0)
})

test('the position written last is read, also when it is the largest there is', async () => {
  await using bench = await setup()
  for (const position of [1, 5, 1000, 2 ** 48 - 1]) {
    await bench.write(position)
    expect(await bench.read()).toBe(position)
  }
})

test('a torn write, at any byte, leaves the position before it: even the first write of a process', async () => {
  await using bench = await setup()
  await bench.write(1)
  for (let position = 2; position < 6; position++) {
    const before = await readFile(bench.path)
    await bench.write(position)
    const after = await readFile(bench.path)
    const changed = [...after.keys()].filter((i) => after[i] !== before[i])
    for (const end of changed) {
      const torn = Buffer.from(after)
      for (const i of changed.filter((each) => each >= end)) torn[i] = before[i] ?? 0
      await writeFile(bench.path, torn)
      expect(await bench.read()).toBe(position - 1)
    }
    await writeFile(bench.path, after)
  }
})

test('without a sound slot there is no position', async () => {
  await using bench = await setup()
  await writeFile(bench.path, Buffer.alloc(522))
  expect(await bench.read()).toBeUndefined()
})
