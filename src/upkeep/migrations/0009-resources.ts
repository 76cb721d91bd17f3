import { RESOURCE_TABLES } from '../../admission/resources/sql/resource-tables.ts'
import type { Migration } from './migration.ts'

/** Who made which file, batch, response and the like at a provider. */
export const createResources: Migration = { name: '0009-resources', sql: RESOURCE_TABLES }
