import { type Difference, differences } from './differences.ts'

const DAY_MS = 86_400_000
const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10)
const DAYS = `start_date=${day(3)}&end_date=${day(0)}`
const TIMES = `start_date=${day(3)}%2000:00:00&end_date=${day(0)}%2023:59:59`

/** Reports on the rows of both: whoever is asked, the answer has to be the same. A body makes it a POST. */
const REPORTS: readonly (readonly [path: string, body?: object])[] = [
  ['/spend/keys'],
  ['/spend/users'],
  ['/spend/tags'],
  ['/global/spend'],
  ['/global/spend/logs'],
  ['/global/spend/keys?limit=100'],
  ['/global/spend/models?limit=100'],
  ['/global/spend/end_users', {}],
  [`/global/spend/tags?${DAYS}`],
  ['/global/spend/all_tag_names'],
  [`/global/activity?${DAYS}`],
  [`/global/activity/model?${DAYS}`],
  [`/global/activity/cache_hits?${DAYS}`],
  [`/global/activity/exceptions?${DAYS}&model_group=none`],
  [`/model/metrics?_selected_model_group=none`],
  [`/model/metrics/slow_responses?_selected_model_group=none`],
  [`/tag/summary?${DAYS}`],
  ['/tag/distinct'],
  ['/management/v1/budgets?page_size=2'],
  [`/spend/logs/v2?${DAYS}&page_size=20`],
  [`/spend/logs/ui?${TIMES}&page_size=20&group_by_session=true`],
  ['/spend/logs/ui'],
  [`/spend/logs/ui?${TIMES}&sort_by=secret`],
  [`/team/daily/activity/aggregated?${DAYS}`],
  [`/user/daily/activity/aggregated/keys?${DAYS}&limit=5`],
  ['/user/daily/activity/aggregated'],
  ['/spend/calculate', {}],
]

/** Members that only this gateway has, or that each makes in its own way. */
const OWN = new Set(['next_cursor', 'next_session_cursor'])

export interface ReportOptions {
  readonly litellm: string
  readonly gateway: string
  readonly masterKey: string
  readonly tell: (path: string, difference: Difference) => void
}

/** Asks both for each report and tells each difference; the order of lists and members does not count. */
export async function compareReports({ litellm, gateway, masterKey, tell }: ReportOptions): Promise<number> {
  for (const [path, body] of REPORTS) {
    const [theirs, ours] = await Promise.all([litellm, gateway].map((url) => answerOf(`${url}${path}`, body)))
    for (const difference of differences(theirs, ours))
      tell(`report ${path.split('?')[0]} > ${difference.path}`, difference)
  }
  return REPORTS.length

  async function answerOf(url: string, body: object | undefined): Promise<unknown> {
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: canonical(await response.json()) }
  }
}

function canonical(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9))
  // With milliseconds or microseconds, whichever way LiteLLM reads its table.
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return new Date(value).toISOString()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value))
    return value.map(canonical).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  const members = Object.entries(value).filter(([name]) => !OWN.has(name))
  return Object.fromEntries(members.toSorted().map(([name, member]) => [name, canonical(member)]))
}
