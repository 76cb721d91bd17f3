import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Journal } from '../../../../src/ledger/journal/journal.ts'
import { openJournal } from '../../../../src/ledger/journal/open-journal.ts'

/** What the journal promises, in memory. */
interface Model {
  waiting: string[]
  letters: string[]
  appended: number
}

interface Real {
  dir: string
  journal: Journal
}

type Command = fc.AsyncCommand<Model, Real>

const append = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 }).map(
  (lengths): Command => ({
    check: () => true,
    toString: () => `append(${lengths})`,
    async run(model, real) {
      const payloads = lengths.map((length) => `${model.appended++}:${'x'.repeat(length)}`)
      await Promise.all(payloads.map((payload) => real.journal.append(payload)))
      model.waiting.push(...payloads)
    },
  }),
)

const take = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2000 }), fc.nat()).map(
  ([maxRecords, maxBytes, share]): Command => ({
    check: () => true,
    toString: () => `take(${maxRecords}, ${maxBytes}, ${share})`,
    async run(model, real) {
      const { records } = await real.journal.read(maxRecords, maxBytes)
      const payloads = records.map(({ payload }) => payload.toString())
      expect(payloads).toEqual(model.waiting.slice(0, payloads.length))
      expect(payloads.length).toBeLessThanOrEqual(maxRecords)
      if (model.waiting.length > 0) expect(payloads.length).toBeGreaterThan(0)
      const count = share % (payloads.length + 1)
      if (count > 0) await real.journal.acknowledge(records[count - 1]!.sequence)
      model.waiting.splice(0, count)
    },
  }),
)

const setAside = fc.constant<Command>({
  check: (model) => model.waiting.length > 0,
  toString: () => 'setAside()',
  async run(model, real) {
    const { records, position } = await real.journal.read(1, 1)
    await real.journal.deadLetter(records[0]!, { reason: 'poison' })
    await real.journal.acknowledge(position)
    model.letters.push(model.waiting.shift()!)
  },
})

const reopen = fc.constant<Command>({
  check: () => true,
  toString: () => 'reopen()',
  async run(model, real) {
    await real.journal.close()
    real.journal = await open(real.dir)
    await compare(model, real)
  },
})

/** The files as they are, without a goodbye: what the death of the process leaves. */
const crash = fc.constant<Command>({
  check: () => true,
  toString: () => 'crash()',
  async run(model, real) {
    const copy = await mkdtemp(join(tmpdir(), 'journal-model-'))
    await cp(real.dir, copy, { recursive: true, filter: (path) => !path.endsWith('lock') })
    await dispose(real)
    real.dir = copy
    real.journal = await open(copy)
    await compare(model, real)
  },
})

async function compare(model: Model, { journal }: Real): Promise<void> {
  expect(journal.size.waitingRecords).toBe(model.waiting.length)
  const letters = await journal.deadLetters.list()
  const payloads = await Promise.all(letters.map(async ({ id }) => (await journal.deadLetters.get(id))!.payload))
  expect(payloads.map(String).sort()).toEqual(model.letters.toSorted())
}

function open(dir: string): Promise<Journal> {
  return openJournal({
    dir,
    fsync: 'never',
    fsyncIntervalMs: 1000,
    maxBytes: 1_000_000,
    segmentBytes: 1000,
    onFull: 'reject',
  })
}

async function dispose({ dir, journal }: Real): Promise<void> {
  await journal.close()
  await rm(dir, { recursive: true })
}

test('any sequence of append, take, set aside, reopen and crash ends where the model does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands([append, take, take, setAside, reopen, crash], { maxCommands: 40 }),
      async (commands) => {
        const dir = await mkdtemp(join(tmpdir(), 'journal-model-'))
        const real: Real = { dir, journal: await open(dir) }
        try {
          const model: Model = { waiting: [], letters: [], appended: 0 }
          await fc.asyncModelRun(() => ({ model, real }), commands)
          await compare(model, real)
        } finally {
          await dispose(real)
        }
      },
    ),
    { numRuns: 40, endOnFailure: true },
  )
})
