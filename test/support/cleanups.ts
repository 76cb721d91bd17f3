import { afterEach } from '@jest/globals'

/** What the test that runs has to undo at its end, the last first. */
export const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})
