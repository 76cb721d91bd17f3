import { availableParallelism } from 'node:os'
import type { Config } from 'jest'

const config: Config = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testEnvironment: '<rootDir>/test/support/environment.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
      },
    ],
  },
  // Of a busy machine: a test that passes does not wait for it.
  testTimeout: 300_000,
  // Tests wait for databases, processes and timers for a third of their time, and Jest's main process only listens.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
}

export default config
