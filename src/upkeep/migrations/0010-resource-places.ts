import { RESOURCE_PLACES } from '../../admission/resources/sql/resource-tables.ts'
import type { Migration } from './migration.ts'

/** At which deployment a resource was made. */
export const addResourcePlaces: Migration = { name: '0010-resource-places', sql: RESOURCE_PLACES }
