import type { ComponentChildren } from 'preact'

/** A column: what its head says, and what a row says in it. */
export interface Column<T> {
  readonly head: string
  /** `num`: right, in figures of one width. `name`: cut when it is long. `broad`: a picture. */
  readonly kind?: 'num' | 'name' | 'broad'
  /** Left out where there is little room. */
  readonly isExtra?: boolean
  of(row: T): ComponentChildren
  /** The exact value, shown by hovering. */
  title?(row: T): string | undefined
}

interface TableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  keyOf(row: T): string
  /** Rows can be opened: by click, or by Enter. Arrows go from row to row. */
  onOpen?(row: T): void
  readonly openKey?: string
  /** Rows do not move under the reader's hand. */
  onHold?(isHeld: boolean): void
  /** Columns are as wide as those of its neighbours. */
  readonly isEven?: boolean
}

/** A table that may be wider than the page: it is scrolled by keyboard too. */
export function Table<T>({ label, columns, rows, keyOf, onOpen, openKey, onHold, isEven }: TableProps<T>) {
  return (
    <section
      class="scroll"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1)
      tabIndex={0}
      onMouseEnter={() => onHold?.(true)}
      onMouseLeave={() => onHold?.(false)}
    >
      <table class={isEven ? 'even' : ''}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" class={classOf(column)}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              {...(onOpen && {
                tabIndex: 0,
                'aria-selected': keyOf(row) === openKey,
                onClick: () => onOpen(row),
                onKeyDown: (event: KeyboardEvent) => onRowKey(event, () => onOpen(row)),
              })}
            >
              {columns.map((column) => (
                <td key={column.head} class={classOf(column)} title={column.title?.(row)}>
                  {column.of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function classOf<T>({ kind, isExtra }: Column<T>): string {
  return `${kind ?? ''}${isExtra ? ' extra' : ''}`
}

function onRowKey(event: KeyboardEvent, open: () => void): void {
  const row = event.currentTarget
  if (!(row instanceof HTMLElement) || event.target !== row) return
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key]
  if (event.key === 'Enter') open()
  else if (next instanceof HTMLElement) next.focus()
  else return
  event.preventDefault()
}
