import { expect, test } from '@jest/globals'
import { createSlots } from '../../../src/upstream/slots.ts'

const soon = () => new Promise(setImmediate)

function setup(limit: number, timeoutMs = 60_000) {
  const slots = createSlots()
  const started: number[] = []
  const refused: [number, string | undefined][] = []
  const take = (n: number, name = 'a') =>
    slots.take(
      { name, limit, timeoutMs },
      {
        start: () => void started.push(n),
        refuse: (error) => void refused.push([n, error.code]),
      },
    )
  return { take, started, refused }
}

test('no more start than there are slots, the others in the order of asking', async () => {
  const { take, started } = setup(2)
  const back = [1, 2, 3, 4, 5].map((n) => take(n))
  await soon()
  expect(started).toEqual([1, 2])
  back[1]!()
  expect(started).toEqual([1, 2, 3])
  back[0]!()
  back[2]!()
  expect(started).toEqual([1, 2, 3, 4, 5])
  back[3]!()
  back[4]!()
})

test('deployments do not share slots', async () => {
  const { take, started } = setup(1)
  const back = [take(1, 'a'), take(2, 'b')]
  await soon()
  expect(started).toEqual([1, 2])
  for (const give of back) give()
})

test('one that leaves the queue is passed over, and gives back no slot that it never had', async () => {
  const { take, started } = setup(1)
  const [first, second, third, fourth] = [1, 2, 3, 4].map((n) => take(n))
  await soon()
  second!()
  first!()
  expect(started).toEqual([1, 3])
  third!()
  expect(started).toEqual([1, 3, 4])
  fourth!()
})

test('one that has waited too long is refused, and gives back no slot either', async () => {
  const { take, started, refused } = setup(1, 5)
  const first = take(1)
  const second = take(2)
  while (refused.length === 0) await soon()
  expect(refused).toEqual([[2, 'upstream_timeout']])
  second()
  const third = take(3)
  await soon()
  expect(started).toEqual([1])
  first()
  expect(started).toEqual([1, 3])
  third()
})

test('behind a thousand nobody waits', async () => {
  const { take, refused } = setup(1)
  const back = Array.from({ length: 1_002 }, (_, n) => take(n))
  await soon()
  expect(refused).toEqual([[1_001, 'no_deployment']])
  for (const give of back.reverse()) give()
})
