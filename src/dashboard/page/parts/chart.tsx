import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Series } from '../activity.ts'
import { stepLabel } from './format.ts'

interface ChartProps {
  readonly label: string
  /** When each step begins. */
  readonly steps: readonly string[]
  /** At most six, the largest first. */
  readonly series: readonly Series[]
  show(value: number): string
  /** Of the axis, where there is little room. */
  showShort(value: number): string
  /** The legend is a filter too. */
  onPick?(series: Series): void
}

const HEIGHT = 220
const FOOT = 22
const TOP = 10
const LEFT = 76
const LABEL_WIDTH = 72
/** Told apart without colour. Of the first and of the rest the area is plain. */
const TEXTURES = ['', 'M0 6L6 0', 'M3 0V6', 'M0 0L6 6', 'M0 3H6', '']

/**
 * Bars over time, stacked. The values of a step stand in the legend while it is pointed at, or chosen with the arrow keys;
 * otherwise the sums.
 */
export function StackedBars({ label, steps, series, show, showShort, onPick }: ChartProps) {
  const [svg, width] = useWidth()
  const [chosen, setChosen] = useState<number>()
  const at = chosen !== undefined && chosen < steps.length ? chosen : undefined
  const totals = steps.map((_, step) => series.reduce((sum, { values }) => sum + (values[step] ?? 0), 0))
  const ticks = ticksFor(Math.max(...totals, 0))
  const top = ticks.at(-1) || 1
  const stepWidth = (width - LEFT) / Math.max(steps.length, 1)
  const scale = (HEIGHT - FOOT - TOP) / top
  const every = Math.ceil(LABEL_WIDTH / stepWidth)
  const choose = (event: PointerEvent) => {
    const { left } = (event.currentTarget as Element).getBoundingClientRect()
    const step = Math.floor((event.clientX - left - LEFT) / stepWidth)
    setChosen(step >= 0 && step < steps.length ? step : undefined)
  }
  const move = (event: KeyboardEvent) => {
    const to = { ArrowLeft: (at ?? steps.length) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: steps.length - 1 }[
      event.key
    ]
    if (event.key === 'Escape') setChosen(undefined)
    if (to === undefined) return
    event.preventDefault()
    setChosen(Math.max(0, Math.min(steps.length - 1, to)))
  }
  return (
    <figure>
      <svg
        ref={svg}
        class="chart"
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={`${label}: ${steps.length} bars, ${show(sumOf(totals))} in all. Arrow keys go from bar to bar.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its values are read with the arrow keys
        tabIndex={0}
        onPointerMove={choose}
        onPointerLeave={() => setChosen(undefined)}
        onKeyDown={move}
        onBlur={() => setChosen(undefined)}
      >
        <Textures />
        {at !== undefined && (
          <rect class="chosen" x={LEFT + at * stepWidth} y="0" width={stepWidth} height={HEIGHT - FOOT} />
        )}
        {ticks.map((value) => (
          <Rule key={value} y={HEIGHT - FOOT - value * scale} width={width} label={showShort(value)} />
        ))}
        {steps.map((step, index) => (
          <g key={step} transform={`translate(${LEFT + index * stepWidth} 0)`}>
            <Stack values={series.map(({ values }) => (values[index] ?? 0) * scale)} width={stepWidth} />
            {index % every === 0 && stepWidth * (steps.length - index) > LABEL_WIDTH / 2 && (
              <text
                x={steps.length > 40 ? 0 : stepWidth / 2}
                y={HEIGHT - 6}
                text-anchor={steps.length > 40 ? 'start' : 'middle'}
              >
                {stepLabel(step, true)}
              </text>
            )}
          </g>
        ))}
      </svg>
      <figcaption aria-live="polite">
        <span class="when">
          {at === undefined ? 'In all' : stepLabel(steps[at] ?? '')}{' '}
          <b class="num">{show(at === undefined ? sumOf(totals) : (totals[at] ?? 0))}</b>
        </span>
        {series.map((one, index) => (
          <Entry
            key={one.name}
            index={index}
            series={one}
            value={show(at === undefined ? sumOf(one.values) : (one.values[at] ?? 0))}
            onPick={one.id === undefined ? undefined : onPick}
          />
        ))}
      </figcaption>
    </figure>
  )
}

function Textures() {
  return (
    <defs>
      {TEXTURES.map((path, index) => (
        <pattern key={index} id={`t${index}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect class={`s${index}`} width="6" height="6" />
          <path class="texture" d={path} />
        </pattern>
      ))}
    </defs>
  )
}

function Entry(props: { index: number; series: Series; value: string; onPick?(series: Series): void }) {
  const { index, series, value, onPick } = props
  const shown = (
    <>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <rect fill={`url(#t${index})`} width="12" height="12" rx="2" />
      </svg>
      <span class="of">{series.name}</span> <span class="num">{value}</span>
    </>
  )
  if (!onPick) return <span class="entry">{shown}</span>
  return (
    <button type="button" class="entry" title={`Calls of ${series.name}`} onClick={() => onPick(series)}>
      {shown}
    </button>
  )
}

function Rule({ y, width, label }: { y: number; width: number; label: string }) {
  return (
    <g>
      <line x1={LEFT} x2={width} y1={y} y2={y} />
      <text x={LEFT - 8} y={y + 4} text-anchor="end">
        {label}
      </text>
    </g>
  )
}

function Stack({ values, width }: { values: readonly number[]; width: number }) {
  let base = HEIGHT - FOOT
  const gap = width > 6 ? Math.min(width * 0.2, 8) : 1
  return (
    <>
      {values.map((height, index) => {
        if (height <= 0) return null
        base -= height
        // A hair of paper between two of a stack.
        const shown = Math.max(height - 1, 0.75)
        return (
          <rect
            key={index}
            fill={`url(#t${index})`}
            x={gap / 2}
            y={base + (height - shown)}
            width={Math.max(width - gap, 1)}
            height={shown}
          />
        )
      })}
    </>
  )
}

/** Three to five values from 0 up, the last of them not less than `most`. */
function ticksFor(most: number): readonly number[] {
  if (most <= 0) return [0]
  const rough = most / 4
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = size * ([1, 2, 2.5, 5, 10].find((factor) => factor * size >= rough) ?? 10)
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** The width that an element has on the page, so that its text keeps its size. */
function useWidth(): readonly [RefObject<SVGSVGElement>, number] {
  const element = useRef<SVGSVGElement>(null)
  const [width, setWidth] = useState(800)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(entry.contentRect.width, 200)))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return [element as RefObject<SVGSVGElement>, width]
}
