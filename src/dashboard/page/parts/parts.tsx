import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ApiError } from '../api.ts'

export type Kind = 'ok' | 'attention' | 'stop'

/** A state that differs by shape and word, not by colour alone. */
export function Mark({ kind, children }: { kind: Kind; children: ComponentChildren }) {
  return <span class={`state ${kind}`}>{children}</span>
}

const NEAR = 0.8

export function kindOf(part: number): Kind {
  return part >= 1 ? 'stop' : part >= NEAR ? 'attention' : 'ok'
}

/** How much of a ceiling is used. */
export function Bar({ part }: { part: number }) {
  const width = Math.max(0, Math.min(1, part)) * 96
  return (
    <svg class="bar" viewBox="0 0 96 8" role="img" aria-label={`${Math.round(part * 100)} percent used`}>
      <rect class="back" width="96" height="8" rx="2" />
      <rect class={`fill ${kindOf(part)}`} width={width} height="8" rx="2" />
      <line class="mark" x1={96 * NEAR} x2={96 * NEAR} y1="0" y2="8" />
    </svg>
  )
}

/** Small bars without axes, the oldest first. */
export function Spark({ values, label }: { values: readonly number[]; label: string }) {
  const top = Math.max(...values, 1)
  return (
    <svg class="spark" viewBox={`0 0 ${values.length * 4} 24`} preserveAspectRatio="none" role="img" aria-label={label}>
      {values.map((value, at) => {
        const height = value === 0 ? 0.5 : Math.max(2, (value / top) * 24)
        return <rect key={at} x={at * 4} y={24 - height} width="3" height={height} />
      })}
    </svg>
  )
}

export function Card(props: {
  title?: string
  aside?: ComponentChildren
  label?: string
  children: ComponentChildren
}) {
  return (
    <section class="card" aria-label={props.label ?? props.title}>
      {props.title && (
        <div class="head">
          <h2>{props.title}</h2>
          {props.aside}
        </div>
      )}
      {props.children}
    </section>
  )
}

export function Problem({ error }: { error: ApiError | undefined }) {
  if (!error) return null
  return (
    <p class="card error" role="alert">
      <Mark kind="stop">{error.message}</Mark>
    </p>
  )
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>
}

export function Figure(props: {
  label: string
  value: ComponentChildren
  title?: string
  href?: string
  note?: ComponentChildren
  kind?: Kind
}) {
  const { label, value, title, href, note, kind } = props
  return (
    <div class={`figure ${kind ?? ''}`}>
      <div class="label">{href ? <a href={href}>{label}</a> : label}</div>
      <div class="num big" title={title}>
        {value}
      </div>
      <div class="note">{note}</div>
    </div>
  )
}

/** Name and value, line by line. What is not known is left out. */
export function Facts({ of }: { of: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  const known = of.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
  return (
    <dl>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What is opened stands at the right, over the page. Escape closes it. */
export function Aside(props: { label: string; head: ComponentChildren; onClose(): void; children: ComponentChildren }) {
  const { onClose } = props
  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === 'Escape' && onClose()
    addEventListener('keydown', close)
    return () => removeEventListener('keydown', close)
  }, [onClose])
  return (
    <aside aria-label={props.label}>
      <div class="head">
        <div>{props.head}</div>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      {props.children}
    </aside>
  )
}

export function Copy({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => navigator.clipboard?.writeText(text).then(() => setCopied(true))
  return (
    <button type="button" class="small" onClick={copy}>
      {isCopied ? 'Copied' : 'Copy'}
    </button>
  )
}

/** A choice of a few, all of them shown. */
export function Choice(props: {
  label: string
  options: Readonly<Record<string, string>>
  value: string
  onChange(value: string): void
}) {
  return (
    <fieldset class="choice">
      <legend class="unseen">{props.label}</legend>
      {Object.entries(props.options).map(([value, label]) => (
        <button key={value} type="button" aria-pressed={value === props.value} onClick={() => props.onChange(value)}>
          {label}
        </button>
      ))}
    </fieldset>
  )
}

export function Pages(props: { at: number; of: number; onGo(at: number): void; children: ComponentChildren }) {
  const { at, of, onGo } = props
  return (
    <p class="pages soft">
      <span>{props.children}</span>
      {of > 1 && (
        <>
          <button type="button" class="small" disabled={at === 1} onClick={() => onGo(at - 1)}>
            Back
          </button>
          <span>
            page {at} of {of}
          </span>
          <button type="button" class="small" disabled={at >= of} onClick={() => onGo(at + 1)}>
            On
          </button>
        </>
      )}
    </p>
  )
}
