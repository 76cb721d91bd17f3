import { z } from 'zod'
import { readByDays, type Span } from '../../reports/closed-days.ts'
import { countModelErrors } from '../../reports/sql/count-model-errors.ts'
import { listFirstTokens, type ModelMeasure, measureModels } from '../../reports/sql/measure-models.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { dayBefore } from './daily-sums.ts'
import { ERRORS } from './global-activity.ts'
import { checkAdminView } from './report-rights.ts'

const text = z.string().optional()
const query = z.looseObject({
  _selected_model_group: text,
  ...{ startTime: text, endTime: text, api_key: text, customer: text },
})

type MetricsCall = AdminCall<unknown, z.output<typeof query>>

/** LiteLLM's `alerting_threshold`: seconds from which on an answer is slow. */
const SLOW_SECONDS = 300

/** `GET /model/metrics`: seconds per token of a model group, by day and address. Default: 30 days. */
const getLatency = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const measures = await measuresOf(call, spanOf(call, 30))
    return seriesOf(
      measures.map(({ per_token, with_tokens, ...one }) => ({ ...one, sum: per_token, count: with_tokens })),
    )
  },
})

/** `GET /model/metrics/slow_responses`: how many answers took longer than five minutes, by address. */
const getSlowResponses = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const measures = await measuresOf(call, spanOf(call, 30))
    const byBase = Map.groupBy(measures, ({ api_base }) => withoutOpenai(api_base))
    const found = [...byBase].map(([api_base, own]) => ({
      api_base,
      total_count: own.reduce((sum, { calls }) => sum + calls, 0),
      slow_count: own.reduce((sum, { slow }) => sum + slow, 0),
    }))
    return found.toSorted((a, b) => b.slow_count - a.slow_count)
  },
})

/** `GET /model/metrics/exceptions`: how often calls have failed, by deployment and class of LiteLLM's exceptions. */
const getExceptions = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    checkAdminView(call)
    const { store } = call
    const errors = store.has(ERRORS) ? await countModelErrors(store.sql, groupOf(call), spanOf(call, 30)) : []
    return {
      data: errors.map(({ model, total_exceptions, counts }) => ({ model, total_exceptions, ...counts })),
      exception_types: [...new Set(errors.flatMap(({ counts }) => Object.keys(counts)))],
    }
  },
})

/** `GET /model/streaming_metrics`: seconds to the first token, by day and address; of a single day, of each stream. */
const getFirstTokens = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const span = spanOf(call, 7)
    const day = span.from.slice(0, 10)
    if (day !== span.to.slice(0, 10)) {
      const measures = await measuresOf(call, span)
      return seriesOf(measures.map(({ to_first, streams, ...one }) => ({ ...one, sum: to_first, count: streams })))
    }
    checkAdminView(call)
    const wholeDay = { from: `${day}T00:00:00.000`, to: `${day}T23:59:59.999` }
    const streams = await listFirstTokens(call.store.sql, groupOf(call), wholeDay)
    return {
      data: streams.map((one) => ({ date: one.request_id, [nameOf(one)]: one.seconds })),
      all_api_bases: [...new Set(streams.map(nameOf))],
    }
  },
})

export const MODEL_METRIC_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /model/metrics': getLatency,
  'GET /model/metrics/slow_responses': getSlowResponses,
  'GET /model/metrics/exceptions': getExceptions,
  'GET /model/streaming_metrics': getFirstTokens,
}

async function measuresOf(call: MetricsCall, span: Span): Promise<readonly ModelMeasure[]> {
  checkAdminView(call)
  const { store, query: asked, now } = call
  const filter = {
    modelGroup: groupOf(call),
    hashedToken: given(asked.api_key),
    endUser: given(asked.customer),
    slowSeconds: SLOW_SECONDS,
  }
  const report = JSON.stringify(['models', filter])
  return await readByDays(store.sql, report, span, (part) => measureModels(store.sql, filter, part), now)
}

function groupOf({ query: { _selected_model_group: group } }: MetricsCall): string {
  return group ?? ''
}

/** LiteLLM's page says "undefined" where nothing is chosen. */
function given(text: string | undefined): string | undefined {
  return text === undefined || text === 'undefined' || text === 'null' || text === '' ? undefined : text
}

function spanOf({ query: asked, now }: MetricsCall, days: number): Span {
  const from =
    asked.startTime === undefined ? `${dayBefore(now, days)}T00:00:00.000` : timeOf('startTime', asked.startTime)
  const to = asked.endTime === undefined ? now.toISOString().slice(0, -1) : timeOf('endTime', asked.endTime)
  return { from, to }
}

/** A time without a zone is UTC. */
function timeOf(param: string, text: string): string {
  const ms = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text)
  if (Number.isNaN(ms)) throw refuse(400, `Invalid ${param}: ${text}`, { type: 'bad_request', param })
  return new Date(ms).toISOString().slice(0, -1)
}

interface Measured {
  readonly day: string
  readonly api_base: string
  readonly model: string
  readonly sum: number
  readonly count: number
}

/** A line for each day with the mean of each address, as LiteLLM's charts read it. */
function seriesOf(measures: readonly Measured[]) {
  const known = measures.filter(({ count }) => count > 0)
  const byDay = Map.groupBy(known, ({ day }) => day)
  const data = [...byDay].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([date, own]) => ({ date, ...meansOf(own) }))
  return { data, all_api_bases: [...new Set(known.map(nameOf))] }
}

function meansOf(measures: readonly Measured[]): Readonly<Record<string, number>> {
  const byName = Map.groupBy(measures, nameOf)
  return Object.fromEntries(
    [...byName].map(([name, own]) => [
      name,
      own.reduce((all, { sum }) => all + sum, 0) / own.reduce((all, { count }) => all + count, 0),
    ]),
  )
}

/** LiteLLM's name of a line: the address where it is one of the Internet, else the model. */
function nameOf({ api_base, model }: { readonly api_base: string; readonly model: string }): string {
  return withoutOpenai(api_base.includes('https://') ? api_base : model)
}

function withoutOpenai(name: string): string {
  return name.split('/openai/')[0] ?? name
}
