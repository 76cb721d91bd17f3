import { z } from 'zod'
import { answered } from '../answers.ts'
import { endpoint } from '../endpoint.ts'
import { adminOnly, refuse } from '../refuse.ts'
import { BUDGET_SORTS, type BudgetPaging, listBudgetPage } from '../sql/list-budgets.ts'

const MOST = 100

const number = z.coerce.number().int().min(1)
const dollars = z.coerce.number().optional()
const truth = z.enum(['true', 'false']).optional()
const time = z.iso.datetime({ offset: true, local: true }).or(z.iso.date()).optional()

const query = z.strictObject({
  ...{ page: number.default(1), page_size: number.default(50), q: z.string().optional() },
  sort: z.string().default('-created_at'),
  'filter[budget_duration][in]': z.string().optional(),
  'filter[budget_duration][is_null]': truth,
  ...{ 'filter[max_budget][gte]': dollars, 'filter[max_budget][lte]': dollars, 'filter[max_budget][is_null]': truth },
  ...{ 'filter[created_at][gte]': time, 'filter[created_at][lte]': time },
})

const LISTED = [
  ...['budget_id', 'max_budget', 'soft_budget', 'tpm_limit', 'rpm_limit', 'tpd_limit', 'budget_duration'],
  ...['budget_reset_at', 'created_at', 'updated_at'],
]

/** `GET /management/v1/budgets`: a page of budgets, for administrators and viewers. */
export const listBudgetsV1 = endpoint({
  access: 'anyone',
  query,
  async run({ store, caller, route, query: asked }) {
    if (!caller.adminView) throw adminOnly(caller, route)
    const size = Math.min(asked.page_size, MOST)
    const filter = {
      search: asked.q,
      durations: asked['filter[budget_duration][in]']?.split(','),
      hasDuration: opposite(asked['filter[budget_duration][is_null]']),
      hasBudget: opposite(asked['filter[max_budget][is_null]']),
      minBudget: asked['filter[max_budget][gte]'],
      maxBudget: asked['filter[max_budget][lte]'],
      createdFrom: asked['filter[created_at][gte]'],
      createdTo: asked['filter[created_at][lte]'],
    }
    const paging = { sorts: sortsOf(asked.sort), limit: size, offset: (asked.page - 1) * size }
    const { rows, total } = await listBudgetPage(store.sql, filter, paging)
    const total_pages = Math.ceil(total / size)
    return {
      data: rows.map((row) => answered(LISTED, row)),
      meta: { total_count: total, page: asked.page, page_size: size, total_pages },
      links: linksOf(route, asked, total_pages),
    }
  },
})

function opposite(isNull: 'true' | 'false' | undefined): boolean | undefined {
  return isNull === undefined ? undefined : isNull === 'false'
}

function sortsOf(text: string): BudgetPaging['sorts'] {
  return text.split(',').map((part) => {
    const name = BUDGET_SORTS.find((known) => known === part.replace(/^-/, ''))
    if (name) return { name, descending: part.startsWith('-') }
    throw refuse(400, `Cannot sort budgets by: '${part}'. Sort by: ${BUDGET_SORTS.join(', ')}.`, {
      type: 'bad_request',
      param: 'sort',
    })
  })
}

/** Where other pages of the same list are. What was not asked for is left to its default. */
function linksOf(route: string, { page, ...asked }: z.output<typeof query>, last: number) {
  const isGiven = ([name, value]: [string, unknown]) =>
    value !== undefined && !(name === 'page_size' && value === 50) && !(name === 'sort' && value === '-created_at')
  const given = Object.entries(asked).filter(isGiven)
  const linkTo = (at: number) => {
    const search = new URLSearchParams({
      ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      page: String(at),
    })
    return `${route}?${search}`
  }
  return {
    self: linkTo(page),
    first: linkTo(1),
    prev: page > 1 ? linkTo(page - 1) : null,
    next: page < last ? linkTo(page + 1) : null,
    last: linkTo(Math.max(last, 1)),
  }
}
