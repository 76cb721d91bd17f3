import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiError } from './api.ts'

/** A state that differs by shape and word, not by colour alone. */
export function Mark({ kind, children }: { kind: 'ok' | 'attention' | 'stop'; children: ComponentChildren }) {
  return <span class={`state ${kind}`}>{children}</span>
}

/** How much of a ceiling is used. */
export function Bar({ part }: { part: number }) {
  const width = Math.max(0, Math.min(1, part)) * 96
  const kind = part >= 1 ? 'over' : part >= 0.8 ? 'near' : ''
  return (
    <svg class="bar" viewBox="0 0 96 8" role="img" aria-label={`${Math.round(part * 100)} percent used`}>
      <rect class="back" width="96" height="8" rx="2" />
      <rect class={`fill ${kind}`} width={width} height="8" rx="2" />
    </svg>
  )
}

/** A card that may be wider than the page: it can be scrolled by keyboard too. */
export function ScrollCard(props: { label: string; children: ComponentChildren; onHold?(isHeld: boolean): void }) {
  return (
    <section
      class="card scroll"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1)
      tabIndex={0}
      onMouseEnter={() => props.onHold?.(true)}
      onMouseLeave={() => props.onHold?.(false)}
    >
      {props.children}
    </section>
  )
}

export function Problem({ error }: { error: ApiError }) {
  return (
    <p class="card error" role="alert">
      <Mark kind="stop">{error.message}</Mark>
    </p>
  )
}

export function Figure({ label, value, title }: { label: string; value: string; title?: string }) {
  return (
    <div>
      <div class="num big" title={title}>
        {value}
      </div>
      <div class="soft">{label}</div>
    </div>
  )
}

export interface Series {
  readonly name: string
  readonly values: readonly number[]
}

const HEIGHT = 200
const FOOT = 18
const LEFT = 64
const LABEL_WIDTH = 64

/** Stacked bars: one for each label, at most six series. Exact values are in the titles, and in the table of the page. */
export function StackedBars(props: {
  labels: readonly string[]
  series: readonly Series[]
  show: (value: number) => string
}) {
  const { labels, series, show } = props
  const [svg, width] = useWidth()
  const totals = labels.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0))
  const top = Math.max(...totals, 0) || 1
  const step = (width - LEFT) / Math.max(labels.length, 1)
  const scale = (HEIGHT - FOOT - 8) / top
  const every = Math.ceil(LABEL_WIDTH / step)
  return (
    <svg
      ref={svg}
      class="chart"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={`Bars from ${labels[0]} to ${labels.at(-1)}`}
    >
      {[0, 0.5, 1].map((part) => (
        <Rule key={part} y={HEIGHT - FOOT - part * top * scale} width={width} label={show(part * top)} />
      ))}
      {labels.map((label, at) => (
        <g key={label} transform={`translate(${LEFT + at * step} 0)`}>
          <title>{`${label}: ${show(totals[at] ?? 0)}`}</title>
          <Stack values={series.map(({ values }) => (values[at] ?? 0) * scale)} width={Math.max(step - 2, 1)} />
          {at % every === 0 && (
            <text x={step / 2} y={HEIGHT - 4} text-anchor="middle">
              {label.slice(5)}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}

function Rule({ y, width, label }: { y: number; width: number; label: string }) {
  return (
    <g>
      <line x1={LEFT} x2={width} y1={y} y2={y} />
      <text x={LEFT - 6} y={y + 4} text-anchor="end">
        {label}
      </text>
    </g>
  )
}

function Stack({ values, width }: { values: readonly number[]; width: number }) {
  let base = HEIGHT - FOOT
  return (
    <>
      {values.map((height, index) => {
        base -= height
        return <rect key={index} class={`s${index}`} x={1} y={base} width={width} height={height} />
      })}
    </>
  )
}

/** The width that an element has on the page, so that its text keeps its size. */
function useWidth(): readonly [RefObject<SVGSVGElement | null>, number] {
  const element = useRef<SVGSVGElement>(null)
  const [width, setWidth] = useState(800)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(entry.contentRect.width, 200)))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return [element, width]
}

export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <div class="legend">
      {series.map(({ name }, index) => (
        <span key={name}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect class={`s${index}`} width="10" height="10" rx="2" />
          </svg>
          {name}
        </span>
      ))}
    </div>
  )
}
