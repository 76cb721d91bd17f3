import { LEASE_TABLES } from '../../admission/budgets/shared/sql/lease-tables.ts'
import { RESOURCE_INPUTS, RESOURCE_PLACES, RESOURCE_TABLES } from '../../admission/resources/sql/resource-tables.ts'
import { ALERT_TABLES } from '../../signals/alerts/sql/alert-tables.ts'
import { OUTBOX_TABLES } from '../../signals/outbox/sql/outbox-tables.ts'
import { createBudgets } from './0001-budgets.ts'
import { createOwners } from './0002-owners.ts'
import { createKeys } from './0003-keys.ts'
import { createModels } from './0004-models.ts'
import { createLogs } from './0005-logs.ts'
import { createDailySpend } from './0006-daily-spend.ts'
import { addNewerColumns } from './0008-newer-columns.ts'
import { addLiteLLM1106 } from './0011-litellm-1.106.ts'
import { recordPrismaHistory } from './0012-prisma-history.ts'
import type { Migration } from './migration.ts'

/** What running calls hold against budgets that several processes share. */
const createLeaseTables: Migration = { name: '0007-leases', sql: LEASE_TABLES }

/** Who made which file, batch, response and the like at a provider. */
const createResources: Migration = { name: '0009-resources', sql: RESOURCE_TABLES }

/** At which deployment a resource was made. */
const addResourcePlaces: Migration = { name: '0010-resource-places', sql: RESOURCE_PLACES }

/** How much input a batch has. */
const addResourceInputs: Migration = { name: '0013-resource-inputs', sql: RESOURCE_INPUTS }

/** What waits to be told to callbacks. */
const createOutbox: Migration = { name: '0014-outbox', sql: OUTBOX_TABLES }

/** Which alert was told, and until when it is not told again. */
const createAlerts: Migration = { name: '0015-alerts', sql: ALERT_TABLES }

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
  addLiteLLM1106,
  recordPrismaHistory,
  addResourceInputs,
  createOutbox,
  createAlerts,
]
