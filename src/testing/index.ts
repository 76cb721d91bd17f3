// For tests of apps that use this package: `express-litellm/testing`.
export { assertLedgerConsistent } from './assert-ledger-consistent.ts'
export { createFaultProxy, type FaultProxy } from './fault-proxy.ts'
