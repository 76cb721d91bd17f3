import { BUDGET_METRICS } from '../../src/signals/metrics/budget-metrics.ts'
import { CALL_METRICS } from '../../src/signals/metrics/call-metrics.ts'
import { DEPLOYMENT_METRICS } from '../../src/signals/metrics/deployment-metrics.ts'
import { OWN_METRICS, STATE_METRICS } from '../../src/signals/metrics/gateway-metrics.ts'
import { type DescribedMetric, describedMetrics } from '../../src/signals/metrics/metric-table.ts'

/** Rows of the dashboard, and the metrics that they show. */
const ROWS: readonly (readonly [title: string, names: ReadonlySet<string>])[] = [
  ['Calls', namesOf(CALL_METRICS)],
  ['Deployments', namesOf([...DEPLOYMENT_METRICS, ...STATE_METRICS])],
  ['Budgets and limits', namesOf(BUDGET_METRICS)],
  ['Gateway', namesOf(OWN_METRICS)],
]

/** The first of these that a metric has is the one that its panel tells apart. */
const LEGENDS = [
  'requested_model',
  'litellm_model_name',
  'team_alias',
  'api_key_alias',
  'org_alias',
  'user',
  'model_group',
  'model',
  'reason',
  'quantile',
  'callback',
  'callback_name',
]

const UNITS: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/dollars|spend|budget_metric$/, 'currencyUSD'],
  [/hours/, 'h'],
  [/seconds|latency/, 's'],
  [/bytes/, 'bytes'],
]

const PANEL = { width: 12, height: 8 }
const DATASOURCE = { type: 'prometheus', uid: '$DS_PROMETHEUS' }

/** The dashboard for Grafana: one panel for each metric of the table. */
export function grafanaDashboard(): object {
  const panels: object[] = []
  let y = 0
  for (const [title, names] of ROWS) {
    panels.push({ type: 'row', title, collapsed: false, gridPos: { x: 0, y: y++, w: 24, h: 1 }, id: panels.length + 1 })
    const metrics = describedMetrics().filter(({ name }) => names.has(name) || names.has(name.replace(/_total$/, '')))
    for (const [index, metric] of metrics.entries()) {
      const place = { x: (index % 2) * PANEL.width, y: y + (index >> 1) * PANEL.height }
      panels.push(panelOf(metric, panels.length + 1, { ...place, w: PANEL.width, h: PANEL.height }))
    }
    y += Math.ceil(metrics.length / 2) * PANEL.height
  }
  return {
    title: 'express-litellm',
    uid: 'express-litellm',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [{ name: 'DS_PROMETHEUS', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels,
  }
}

function panelOf(metric: DescribedMetric, id: number, gridPos: object): object {
  const [, unit = 'short'] = UNITS.find(([pattern]) => pattern.test(metric.name)) ?? []
  return {
    type: 'timeseries',
    id,
    title: metric.name,
    description: metric.help,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit }, overrides: [] },
    gridPos,
    targets: queriesOf(metric).map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  }
}

interface Query {
  readonly expr: string
  readonly legend: string
}

function queriesOf({ name, kind, labels }: DescribedMetric): readonly Query[] {
  const label = LEGENDS.find((one) => labels.includes(one))
  if (kind === 'histogram') {
    return [0.5, 0.95, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum(rate(${name}_bucket[$__rate_interval])) by (le))`,
      legend: `p${quantile * 100}`,
    }))
  }
  const by = label ? ` by (${label})` : ''
  const legend = label ? `{{${label}}}` : name
  if (kind === 'counter') return [{ expr: `sum(rate(${name}[$__rate_interval]))${by}`, legend }]
  return [{ expr: label ? `max(${name})${by}` : name, legend }]
}

function namesOf(metrics: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(metrics.map(({ name }) => name))
}
