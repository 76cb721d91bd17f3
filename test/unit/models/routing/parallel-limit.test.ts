import { expect, test } from '@jest/globals'
import { withParallelLimit } from '../../../../src/models/routing/router.ts'
import type { DeploymentRouting } from '../../../../src/types.ts'
import { deployment } from './make.ts'

test.each<[DeploymentRouting, number | undefined, number | undefined, boolean | undefined]>([
  [{ maxParallelRequests: 3, rpm: 10, tpm: 1_000 }, 7, 3, true],
  [{ rpm: 10, tpm: 100_000 }, 7, 10, false],
  [{ tpm: 100_000 }, 7, 600, false],
  [{ tpm: 100 }, 7, 1, false],
  [{}, 7, 7, true],
  [{}, undefined, undefined, undefined],
  [{ maxParallelRequests: 0 }, 7, undefined, undefined],
])('%j with a default of %p is given %p calls at once', (routing, byDefault, calls, toEnd) => {
  const { parallel } = withParallelLimit(deployment('a', 'gpt-4o', routing), byDefault)
  expect(parallel).toEqual(calls === undefined ? undefined : { calls, toEnd })
})
