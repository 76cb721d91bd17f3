import { LEASE_TABLES } from '../../admission/budgets/shared/sql/lease-tables.ts'
import type { Migration } from './migration.ts'

/** What running calls hold against budgets that several processes share. */
export const createLeaseTables: Migration = { name: '0007-leases', sql: LEASE_TABLES }
