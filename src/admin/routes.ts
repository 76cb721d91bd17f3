import { BUDGET_ROUTES } from './budgets/routes.ts'
import { CUSTOMER_ROUTES } from './customers/routes.ts'
import type { Endpoint } from './endpoint.ts'
import { KEY_ROUTES } from './keys/routes.ts'
import { MODEL_ROUTES } from './models/routes.ts'
import { ORGANIZATION_ROUTES } from './organizations/routes.ts'
import { ACTIVITY_ROUTES } from './reports/activity.ts'
import { LOG_ROUTES } from './reports/logs.ts'
import { TAG_ROUTES } from './tags/routes.ts'
import { TEAM_ROUTES } from './teams/routes.ts'
import { USER_ROUTES } from './users/routes.ts'

/** Every management endpoint. */
export const ROUTES: Readonly<Record<string, Endpoint>> = {
  ...KEY_ROUTES,
  ...USER_ROUTES,
  ...TEAM_ROUTES,
  ...ORGANIZATION_ROUTES,
  ...BUDGET_ROUTES,
  ...CUSTOMER_ROUTES,
  ...TAG_ROUTES,
  ...MODEL_ROUTES,
  ...ACTIVITY_ROUTES,
  ...LOG_ROUTES,
}
