import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { describedMetrics } from '../../../../src/signals/metrics/metric-table.ts'
import { grafanaDashboard } from '../../../tools/grafana-dashboard.ts'

const DASHBOARD = 'examples/grafana/express-litellm.json'
const ALERTS = 'examples/prometheus/alerts.yaml'

/** Names of series, on the wire. */
const exposed = new Set(
  describedMetrics().flatMap(({ name, kind }) =>
    kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
)

/** Label names are in parentheses after `by`, values in quotes. */
function unknownNames(expr: string): readonly string[] {
  const names = expr.replace(/\{[^}]*\}|by \([^)]*\)|"[^"]*"/g, '').match(/(?:express_)?litellm_\w+/g) ?? []
  expect(names.length).toBeGreaterThan(0)
  return names.filter((name) => !exposed.has(name))
}

function exprsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => (name === 'expr' ? [String(value)] : exprsIn(value)))
}

test('the dashboard is the one that the table makes', () => {
  const text = `${JSON.stringify(grafanaDashboard(), undefined, 2)}\n`
  if (process.env.UPDATE_README === '1') writeFileSync(DASHBOARD, text)
  expect(readFileSync(DASHBOARD, 'utf8')).toBe(text)
})

test('each expression of the dashboard names metrics that are exposed, and each metric has a panel', () => {
  const exprs = exprsIn(JSON.parse(readFileSync(DASHBOARD, 'utf8')))
  expect(exprs.flatMap(unknownNames)).toEqual([])
  const missing = describedMetrics().filter(({ name }) => !exprs.some((expr) => expr.includes(name)))
  expect(missing.map(({ name }) => name)).toEqual([])
})

test('each alert names metrics that are exposed, and says what is wrong', () => {
  const { groups } = parse(readFileSync(ALERTS, 'utf8'))
  const rules = groups.flatMap((group: { rules: object[] }) => group.rules)
  expect(rules.length).toBeGreaterThan(10)
  for (const rule of rules) {
    expect(unknownNames(rule.expr)).toEqual([])
    expect(rule).toMatchObject({
      alert: expect.any(String),
      labels: { severity: expect.stringMatching(/^(warning|critical)$/) },
    })
    expect(rule.annotations.summary).toMatch(/\w/)
  }
})
