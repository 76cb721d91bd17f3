import { type Change, RANGES, spanOf, type View } from '../view.ts'
import { dayOf } from './format.ts'

const OWN = 'own'

/** Which time is shown: the last hours or days, or two days of one's own. */
export function Range({ view, change }: { view: View; change: Change }) {
  const isOwn = !(view.range in RANGES)
  const { from, to } = spanOf(view.range)
  const [first, last] = [dayOf(from), dayOf(to - 1)]
  const choose = (range: string) => change({ range: range === OWN ? `${first}..${last}` : range })
  return (
    <>
      <select
        aria-label="Time"
        value={isOwn ? OWN : view.range}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {Object.entries(RANGES).map(([range, label]) => (
          <option key={range} value={range}>
            {label}
          </option>
        ))}
        <option value={OWN}>from … to …</option>
      </select>
      {isOwn && (
        <>
          <input
            type="date"
            aria-label="From"
            value={first}
            max={last}
            onChange={({ currentTarget: { value } }) => value && change({ range: `${value}..${last}` })}
          />
          <input
            type="date"
            aria-label="To"
            value={last}
            min={first}
            onChange={({ currentTarget: { value } }) => value && change({ range: `${first}..${value}` })}
          />
        </>
      )}
    </>
  )
}
