import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { createPriceMap, type PriceMap, type PriceMapOptions } from '../../../../src/pricing/map/price-map.ts'
import { cleanups } from '../../../support/cleanups.ts'

async function makeDirectory() {
  const directory = await mkdtemp(join(tmpdir(), 'prices-'))
  cleanups.push(() => rm(directory, { recursive: true }))
  return directory
}

/** A map whose `gpt-4o` has this price, padded to a plausible size. */
function mapOf(price: number, size = 3000) {
  const entries = Array.from({ length: size - 1 }, (_, n) => [`model-${n}`, { input_cost_per_token: 1 }])
  return { 'gpt-4o': { input_cost_per_token: price }, ...Object.fromEntries(entries) }
}

async function setup(options: Partial<PriceMapOptions> = {}) {
  const source = join(await makeDirectory(), 'map.json')
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const map = createPriceMap({ source, refreshMs: 0, timeoutMs: 1000, onFault, ...options })
  cleanups.push(() => map.close())
  return { map, faults, write: (value: unknown) => writeFile(source, JSON.stringify(value)) }
}

const price = (map: PriceMap) => map.table()?.get('gpt-4o')?.input_cost_per_token

/** A fetch that gives these answers one after the other. */
function fetchOf(...answers: (() => Response)[]) {
  const asked: string[] = []
  const fetch = (url: string) => {
    asked.push(url)
    return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1]!())
  }
  return { fetch: fetch as unknown as typeof globalThis.fetch, asked }
}

test('there is no map before the first load', async () => {
  const { map } = await setup()
  expect(map.table()).toBeUndefined()
})

describe('a file', () => {
  test('is read, and read again', async () => {
    const { map, write } = await setup()
    await write(mapOf(1))
    await map.reload()
    expect(price(map)).toBe(1)
    await write(mapOf(2))
    await map.reload()
    expect(price(map)).toBe(2)
  })

  test.each([
    ['not an object', []],
    ['empty', {}],
    ['of fewer than 50 entries', mapOf(2, 49)],
    ['less than half of the last one', mapOf(2, 1400)],
  ])('that is %s is reported, and the last good one stays', async (_name, bad) => {
    const { map, write, faults } = await setup()
    await write(mapOf(1))
    await map.reload()
    await write(bad)
    await map.reload()
    expect(price(map)).toBe(1)
    expect(faults).toHaveLength(1)
  })

  test('that is not there is reported', async () => {
    const { map, faults } = await setup()
    await map.reload()
    expect(faults).toHaveLength(1)
    expect(map.table()).toBeUndefined()
  })
})

describe('a URL', () => {
  const source = 'https://prices.example/map.json'

  test('is tried again when it fails for a passing reason', async () => {
    const { fetch, asked } = fetchOf(
      () => new Response('', { status: 503 }),
      () => Response.json(mapOf(3)),
    )
    const { map, faults } = await setup({ source, fetch })
    await map.reload()
    expect(price(map)).toBe(3)
    expect(asked).toEqual([source, source])
    expect(faults).toEqual([])
  })

  test('is not tried again when it is not there', async () => {
    const { fetch, asked } = fetchOf(() => new Response('', { status: 404 }))
    const { map, faults } = await setup({ source, fetch })
    await map.reload()
    expect(asked).toHaveLength(1)
    expect(String(faults[0])).toContain('404')
  })
})

describe('the copy of a URL on disk', () => {
  const source = 'https://prices.example/map.json'
  const good = fetchOf(() => Response.json(mapOf(4))).fetch
  const away = fetchOf(() => new Response('', { status: 404 })).fetch

  /** Maps with one directory, as of one process after the other. */
  async function withCopies() {
    const cacheDir = join(await makeDirectory(), 'of', 'the-list')
    const start = (fetch: typeof globalThis.fetch, from = source) => setup({ source: from, fetch, cacheDir })
    const files = () => readdir(cacheDir)
    const damage = async (text: string) => writeFile(join(cacheDir, (await files())[0]!), text)
    return { cacheDir, start, files, damage }
  }

  test('serves a start while the source is away, with the hash that it had', async () => {
    const { start, files } = await withCopies()
    const first = await start(good)
    await first.map.reload()
    expect(await files()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)])
    const { map, faults } = await start(away)
    await map.reload()
    expect(price(map)).toBe(4)
    expect(map.table()!.hash).toBe(first.map.table()!.hash)
    expect(faults).toHaveLength(1)
  })

  test('is replaced when the list changes', async () => {
    const { start, files } = await withCopies()
    await (await start(good)).map.reload()
    await (await start(fetchOf(() => Response.json(mapOf(5))).fetch)).map.reload()
    const { map } = await start(away)
    await map.reload()
    expect(price(map)).toBe(5)
    expect(await files()).toHaveLength(1)
  })

  test('is of one source only', async () => {
    const { start } = await withCopies()
    await (await start(good)).map.reload()
    const { map } = await start(away, 'https://prices.example/other.json')
    await map.reload()
    expect(map.table()).toBeUndefined()
  })

  test.each(['{"gpt-4o":', '{}'])('that was damaged (%s) is reported, and the source is asked', async (text) => {
    const { start, damage } = await withCopies()
    await (await start(good)).map.reload()
    await damage(text)
    const { map, faults } = await start(good)
    await map.reload()
    expect(price(map)).toBe(4)
    expect(faults).toHaveLength(1)
  })

  test('that cannot be written is reported, and the list is used', async () => {
    const { cacheDir, start } = await withCopies()
    await mkdir(dirname(cacheDir))
    await writeFile(cacheDir, 'a file is in the way')
    const { map, faults } = await start(good)
    await map.reload()
    expect(price(map)).toBe(4)
    expect(faults.length).toBeGreaterThan(0)
  })
})

test('two reloads at once are one', async () => {
  const { fetch, asked } = fetchOf(() => Response.json(mapOf(1)))
  const { map } = await setup({ source: 'https://prices.example/map.json', fetch })
  await Promise.all([map.reload(), map.reload()])
  expect(asked).toHaveLength(1)
})

test('a closed map loads no more', async () => {
  const { map, write } = await setup()
  await write(mapOf(1))
  map.close()
  await map.reload()
  expect(map.table()).toBeUndefined()
})
