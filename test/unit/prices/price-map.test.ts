import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createPriceMap, type PriceMap, type PriceMapOptions } from '../../../src/prices/price-map.ts'

let opened: PriceMap | undefined
let directory: string | undefined

afterEach(async () => {
  opened?.close()
  if (directory) await rm(directory, { recursive: true })
  directory = undefined
})

/** A map whose `gpt-4o` has this price, padded to a plausible size. */
function mapOf(price: number, size = 3000) {
  const entries = Array.from({ length: size - 1 }, (_, n) => [`model-${n}`, { input_cost_per_token: 1 }])
  return { 'gpt-4o': { input_cost_per_token: price }, ...Object.fromEntries(entries) }
}

async function setup(options: Partial<PriceMapOptions> = {}) {
  directory = await mkdtemp(join(tmpdir(), 'prices-'))
  const source = join(directory, 'map.json')
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const map = createPriceMap({ source, refreshMs: 0, timeoutMs: 1000, onFault, ...options })
  opened = map
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
