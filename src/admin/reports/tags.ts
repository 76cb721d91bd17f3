import { z } from 'zod'
import { summarizeTags } from '../../reports/sql/summarize-tags.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { dailySums, daysOf } from './daily-sums.ts'
import { checkAdminView } from './report-rights.ts'

const query = z.looseObject({
  start_date: z.string(),
  end_date: z.string(),
  tag_filter: z.string().optional(),
  tag_filters: z.union([z.string(), z.array(z.string())]).optional(),
})

/** `GET /tag/summary`: users, calls, tokens and spend of each tag. */
const getSummary = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    checkAdminView(call)
    const { store, query: asked } = call
    const bad = [asked.start_date, asked.end_date].find((day) => Number.isNaN(Date.parse(day)))
    if (bad !== undefined) throw refuse(400, `Invalid date format. Use YYYY-MM-DD: ${bad}`)
    const tags = asked.tag_filters === undefined ? undefined : [asked.tag_filters].flat()
    const filter = { ...daysOf(asked), tags, ...(!tags && { part: asked.tag_filter }) }
    return { results: store.has('LiteLLM_DailyTagSpend') ? await summarizeTags(store.sql, filter) : [] }
  },
})

const MOST_TAGS = 250

/** `GET /tag/distinct`: names of tags that programs have, "User-Agent: …", or that have no colon. */
const getDistinct = endpoint({
  access: 'anyone',
  async run(call) {
    checkAdminView(call)
    const { store } = call
    const sums = await dailySums(store, 'tag', {}, ['entity'])
    const names = sums
      .toSorted((a, b) => b.api_requests - a.api_requests)
      .map(({ entity }) => entity ?? '')
      .filter((name) => name !== '' && (name.startsWith('User-Agent:') || !name.includes(':')))
    return { results: names.slice(0, MOST_TAGS).map((tag) => ({ tag })) }
  },
})

export const TAG_REPORT_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /tag/summary': getSummary,
  'GET /tag/distinct': getDistinct,
}
