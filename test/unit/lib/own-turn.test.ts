import { expect, test } from '@jest/globals'
import { GuardedNames } from '../../../src/call/request/body/guarded-names.ts'
import { parseJson } from '../../../src/call/request/body/parse-json.ts'
import { ownTurn, ownTurnFor, TURN_BYTES } from '../../../src/lib/own-turn.ts'

/** Sums what is done in each turn of the event loop, until `work` is over. */
async function turnsOf(work: (done: (amount: number) => void) => Promise<unknown>): Promise<readonly number[]> {
  const turns = [0]
  let goesOn = true
  const turn = () => {
    turns.push(0)
    if (goesOn) setImmediate(turn)
  }
  setImmediate(turn)
  await work((amount) => {
    turns[turns.length - 1]! += amount
  })
  goesOn = false
  return turns
}

test('of all who wait, one goes on in each turn, in their order', async () => {
  const order: string[] = []
  const turns = await turnsOf((done) =>
    Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name) => {
        for (const step of [1, 2, 3]) {
          await ownTurn()
          done(1)
          order.push(name + step)
        }
      }),
    ),
  )
  expect(Math.max(...turns)).toBe(1)
  expect(order).toEqual(['a1', 'b1', 'c1', 'd1', 'a2', 'b2', 'c2', 'd2', 'a3', 'b3', 'c3', 'd3'])
})

test('what is short does not wait', () => {
  expect([ownTurnFor(undefined), ownTurnFor(0), ownTurnFor(TURN_BYTES)]).toEqual([undefined, undefined, undefined])
  expect(ownTurnFor(TURN_BYTES + 1)).toBeInstanceOf(Promise)
})

const MB = 1 << 20

test.each([
  ['one text', [{ role: 'user', content: 'x'.repeat(3 * MB) }]],
  ['one text with escapes', [{ role: 'user', content: '"\\\n'.repeat(MB / 2) }]],
  ['many messages', Array.from({ length: 3_000 }, () => ({ role: 'user', content: 'x'.repeat(1_000) }))],
  ['many small values', Array.from({ length: 60_000 }, () => ({ role: 'user' }))],
])('of many large bodies at once no turn parses more than one piece: %s', async (_, messages) => {
  const body = JSON.stringify({ model: 'm', messages })
  const turns = await turnsOf((done) =>
    Promise.all(
      Array.from({ length: 12 }, async () => {
        const bytes = Buffer.from(body)
        // What is parsed was made a text before.
        bytes.toString = (encoding, start = 0, end = bytes.length) => {
          done(end - start)
          return Buffer.prototype.toString.call(bytes, encoding, start, end)
        }
        expect(await parseJson(bytes, new GuardedNames())).toEqual({ model: 'm', messages })
      }),
    ),
  )
  expect(turns.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(12 * body.length * 0.9)
  // A piece ends at the first comma behind its length, and what was begun before it is parsed with it.
  expect(Math.max(...turns)).toBeLessThanOrEqual(2 * TURN_BYTES + 10_000)
})
