import { ROUTE_GROUPS } from '../admission/facts/routes/route-table.ts'
import { AUDIT_ROUTES } from './audit.ts'
import { BUDGET_ROUTES } from './budgets/routes.ts'
import { CREDENTIAL_ROUTES } from './credentials/routes.ts'
import { CUSTOMER_ROUTES } from './customers/routes.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { INVITATION_ROUTES } from './invitations/routes.ts'
import { KEY_ROUTES } from './keys/routes.ts'
import { ACCESS_GROUP_ROUTES } from './models/access-groups.ts'
import { MODEL_ROUTES } from './models/routes.ts'
import { ORGANIZATION_ROUTES } from './organizations/routes.ts'
import { PROJECT_ROUTES } from './projects/routes.ts'
import { ACTIVITY_ROUTES } from './reports/activity.ts'
import { CACHE_HIT_ROUTES } from './reports/cache-hits.ts'
import { GATEWAY_ACTIVITY_ROUTES } from './reports/gateway-activity.ts'
import { GLOBAL_ACTIVITY_ROUTES } from './reports/global-activity.ts'
import { GLOBAL_SPEND_ROUTES } from './reports/global-spend.ts'
import { LOG_ROUTES } from './reports/logs.ts'
import { MODEL_METRIC_ROUTES } from './reports/model-metrics.ts'
import { RECENT_ROUTES } from './reports/recent.ts'
import { SPEND_ROUTES } from './reports/spend.ts'
import { SPEND_LOG_ROUTES } from './reports/spend-logs.ts'
import { SPEND_REPORT_ROUTES } from './reports/spend-report.ts'
import { TAG_REPORT_ROUTES } from './reports/tags.ts'
import { CALLBACK_ROUTES } from './settings/callback-routes.ts'
import { CONFIG_ROUTES } from './settings/config-routes.ts'
import { ROUTER_ROUTES } from './settings/router-routes.ts'
import { SHELL_ROUTES } from './settings/shell.ts'
import { UI_SETTINGS_ROUTES } from './settings/ui-settings.ts'
import { TAG_ROUTES } from './tags/routes.ts'
import { TEAM_ROUTES } from './teams/routes.ts'
import { TOKEN_COUNTER_ROUTES } from './token-counter.ts'
import { PASSWORD_ROUTES } from './users/password.ts'
import { USER_ROUTES } from './users/routes.ts'

/** `GET /routes`: the paths of this gateway. Those of calls and of what is relayed answer more than one method. */
const getRoutes = endpoint({
  access: 'anyone',
  run: () => Promise.resolve({ routes: [...managementRoutes(), ...callRoutes()] }),
})

function managementRoutes() {
  const entries = Object.keys(ROUTES).map((route) => route.split(' ') as [string, string])
  const byPath = Map.groupBy(entries, ([, path]) => path)
  return [...byPath].map(([path, methods]) =>
    described(
      path,
      methods.map(([method]) => method),
    ),
  )
}

function callRoutes() {
  const managed = new Set(managementRoutes().map(({ path }) => path))
  const paths: readonly string[] = ROUTE_GROUPS.llm_api_routes
  return [...new Set(paths)]
    .filter((path) => !path.endsWith('*') && !managed.has(path))
    .map((path) => described(path, null))
}

function described(path: string, methods: readonly string[] | null) {
  const name = path.replace(/[{}]/g, '').replace(/\W+/g, '_').replace(/^_/, '')
  return { path, methods, name, endpoint: name }
}

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
  ...RECENT_ROUTES,
  ...SPEND_ROUTES,
  ...SPEND_LOG_ROUTES,
  ...GLOBAL_SPEND_ROUTES,
  ...SPEND_REPORT_ROUTES,
  ...GATEWAY_ACTIVITY_ROUTES,
  ...GLOBAL_ACTIVITY_ROUTES,
  ...CACHE_HIT_ROUTES,
  ...TAG_REPORT_ROUTES,
  ...MODEL_METRIC_ROUTES,
  ...ACCESS_GROUP_ROUTES,
  ...CREDENTIAL_ROUTES,
  ...PROJECT_ROUTES,
  ...AUDIT_ROUTES,
  ...INVITATION_ROUTES,
  ...PASSWORD_ROUTES,
  ...CONFIG_ROUTES,
  ...CALLBACK_ROUTES,
  ...ROUTER_ROUTES,
  ...UI_SETTINGS_ROUTES,
  ...SHELL_ROUTES,
  'GET /routes': getRoutes,
  ...TOKEN_COUNTER_ROUTES,
}
