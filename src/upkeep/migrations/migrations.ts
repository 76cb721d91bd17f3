import { createBudgets } from './0001-budgets.ts'
import { createOwners } from './0002-owners.ts'
import { createKeys } from './0003-keys.ts'
import { createModels } from './0004-models.ts'
import { createLogs } from './0005-logs.ts'
import { createDailySpend } from './0006-daily-spend.ts'
import { createLeaseTables } from './0007-leases.ts'
import { addNewerColumns } from './0008-newer-columns.ts'
import { createResources } from './0009-resources.ts'
import { addResourcePlaces } from './0010-resource-places.ts'
import type { Migration } from './migration.ts'

/** Every migration, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  createBudgets,
  createOwners,
  createKeys,
  createModels,
  createLogs,
  createDailySpend,
  createLeaseTables,
  addNewerColumns,
  createResources,
  addResourcePlaces,
]
