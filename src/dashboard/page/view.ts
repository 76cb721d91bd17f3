import { useEffect, useState } from 'preact/hooks'
import { dayOf } from './parts/format.ts'

/** What the reader has chosen. All of it is in the address, so that a link shows the same. */
export interface View {
  readonly page: string
  /** One of `RANGES`, or two days: `2026-11-01..2026-11-30`. */
  readonly range: string
  readonly by: string
  readonly metric: string
  readonly filters: Readonly<Record<string, string>>
}

export type Change = (part: Partial<View>) => void

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const RANGES: Readonly<Record<string, string>> = {
  '1h': 'last hour',
  '24h': 'last 24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
}
const START: Omit<View, 'page' | 'filters'> = { range: '24h', by: 'model', metric: 'spend' }

/** The time that a range stands for, and the steps of its chart. Days are UTC's, as the daily tables have them. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly stepMs: number
  /** When each step begins: ISO to the minute, or a day. As the reports name them. */
  readonly steps: readonly string[]
}

export function spanOf(range: string, now = Date.now()): Span {
  if (range === '1h') return fineSpan(now, MINUTE_MS, 60)
  if (range === '24h') return fineSpan(now, HOUR_MS, 24)
  const [first = '', last = ''] = range.split('..')
  if (last !== '') return daysSpan(Date.parse(first), Date.parse(last))
  const today = Date.parse(dayOf(now))
  return daysSpan(today - (Number.parseInt(range, 10) - 1) * DAY_MS, today)
}

export const isFine = ({ stepMs }: Span): boolean => stepMs < DAY_MS

function fineSpan(now: number, stepMs: number, count: number): Span {
  const to = (Math.floor(now / stepMs) + 1) * stepMs
  const from = to - count * stepMs
  const steps = Array.from({ length: count }, (_, at) => `${new Date(from + at * stepMs).toISOString().slice(0, 16)}Z`)
  return { from, to, stepMs, steps }
}

function daysSpan(from: number, last: number): Span {
  const count = Math.min(Math.max(Math.round((last - from) / DAY_MS) + 1, 1), 366)
  const steps = Array.from({ length: count }, (_, at) => dayOf(from + at * DAY_MS))
  return { from, to: from + count * DAY_MS, stepMs: DAY_MS, steps }
}

export function useView(): readonly [View, Change] {
  const [view, setView] = useState(readView)
  useEffect(() => {
    const read = () => setView(readView())
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }, [])
  const change = (part: Partial<View>) => {
    location.hash = addressOf({ ...view, ...part })
  }
  return [view, change]
}

export function addressOf({ page, filters, ...chosen }: View): string {
  const changed = Object.entries(chosen).filter(([name, value]) => value !== START[name as keyof typeof START])
  const set = [...changed, ...Object.entries(filters)].filter(([, value]) => value !== '')
  return set.length === 0 ? page : `${page}?${new URLSearchParams(Object.fromEntries(set))}`
}

function readView(): View {
  const [page = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  const {
    range = START.range,
    by = START.by,
    metric = START.metric,
    ...filters
  } = Object.fromEntries(new URLSearchParams(query))
  const isRange = range in RANGES || /^\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d$/.test(range)
  return { page: page || 'overview', range: isRange ? range : START.range, by, metric, filters }
}

const THEME = 'express-litellm.theme'

/** As the reader has chosen, else as the system has it. */
export function applyTheme(): void {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme = localStorage.getItem(THEME) ?? (isDark ? 'dark' : 'light')
}

export function switchTheme(): void {
  localStorage.setItem(THEME, document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark')
  applyTheme()
}
