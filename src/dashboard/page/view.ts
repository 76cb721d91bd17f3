import { useEffect, useState } from 'preact/hooks'

/** What the reader has chosen. All of it is in the address, so that a link shows the same. */
export interface View {
  readonly page: string
  readonly days: number
  readonly by: string
  readonly filters: Readonly<Record<string, string>>
}

export function useView(): readonly [View, (change: Partial<View>) => void] {
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

export function addressOf({ page, days, by, filters }: View): string {
  const chosen = Object.entries(filters).filter(([, value]) => value !== '')
  return `${page}?${new URLSearchParams({ days: String(days), by, ...Object.fromEntries(chosen) })}`
}

function readView(): View {
  const [page = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  const { days, by = 'model_groups', ...filters } = Object.fromEntries(new URLSearchParams(query))
  return { page: page || 'overview', days: Math.min(Math.max(Number(days) || 7, 1), 90), by, filters }
}
