import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { State } from '../answers.ts'
import { BY } from './activity.ts'
import { Budgets } from './budgets.tsx'
import { Calls } from './calls.tsx'
import { Keys } from './keys.tsx'
import { Ledger } from './ledger.tsx'
import { Models } from './models.tsx'
import { Overview } from './overview.tsx'
import { Mark } from './parts/parts.tsx'
import { Range } from './parts/range.tsx'
import { Playground } from './playground.tsx'
import { TeamsAndUsers } from './teams.tsx'
import { addressOf, type Change, switchTheme, useView, type View } from './view.ts'

interface PageProps {
  readonly view: View
  readonly change: Change
  readonly state: State
}

interface PageEntry {
  readonly title: string
  /** What to press after `g`. */
  readonly key: string
  readonly isAdmin?: boolean
  /** What the head chooses for it. */
  readonly has?: readonly ('range' | 'by')[]
  show(props: PageProps): ComponentChildren
}

const PAGES: Readonly<Record<string, PageEntry>> = {
  overview: { title: 'Overview', key: 'o', has: ['range', 'by'], show: (props) => <Overview {...props} /> },
  calls: { title: 'Calls', key: 'c', has: ['range'], show: (props) => <Calls {...props} /> },
  keys: { title: 'Keys', key: 'k', show: (props) => <Keys {...props} /> },
  teams: { title: 'Teams and users', key: 't', show: ({ state }) => <TeamsAndUsers state={state} /> },
  models: { title: 'Models', key: 'm', show: ({ state }) => <Models state={state} /> },
  budgets: { title: 'Budgets and limits', key: 'b', show: ({ state }) => <Budgets state={state} /> },
  ledger: { title: 'Ledger', key: 'l', isAdmin: true, show: ({ state }) => <Ledger state={state} /> },
  playground: { title: 'Playground', key: 'p', show: (props) => <Playground {...props} /> },
}

/** What stands around every page: where one can go, what was chosen, and who reads. */
export function Frame({ state, signOut, away }: { state: State; signOut(): void; away: string | undefined }) {
  const [view, change] = useView()
  const [round, setRound] = useState(0)
  const [isHelping, setHelping] = useState(false)
  const [isMenuOpen, setMenuOpen] = useState(false)
  const { is_admin: isAdmin } = state.reader
  const pages = Object.entries(PAGES).filter(([, page]) => isAdmin || !page.isAdmin)
  const name = pages.some(([page]) => page === view.page) ? view.page : 'overview'
  const page = PAGES[name]!
  useShortcuts(
    (to) => change({ page: to, filters: {} }),
    () => setHelping((isOpen) => !isOpen),
  )
  useEffect(() => {
    document.title = `${page.title} · express-litellm`
    setMenuOpen(false)
  }, [page])
  return (
    <div class="frame">
      <nav aria-label="Pages" class={isMenuOpen ? 'open' : ''}>
        <div class="name">
          express-litellm
          <button type="button" class="menu" aria-expanded={isMenuOpen} onClick={() => setMenuOpen(!isMenuOpen)}>
            Menu
          </button>
        </div>
        <div class="pages">
          {pages.map(([to, { title }]) => (
            <a
              key={to}
              href={`#${addressOf({ ...view, page: to, filters: {} })}`}
              aria-current={to === name ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </div>
        <Foot state={state} signOut={signOut} />
      </nav>
      <main>
        <header>
          <h1>{page.title}</h1>
          {page.has?.includes('range') && <Range view={view} change={change} />}
          {page.has?.includes('by') && (
            <select
              aria-label="Group by"
              value={view.by}
              onChange={(event) => change({ by: event.currentTarget.value })}
            >
              {Object.entries(BY)
                .filter(([, { report }]) => isAdmin || report === undefined)
                .map(([by, { label }]) => (
                  <option key={by} value={by}>
                    by {label}
                  </option>
                ))}
            </select>
          )}
          {name !== 'playground' && (
            <button type="button" title="Read again" onClick={() => setRound(round + 1)}>
              Refresh
            </button>
          )}
        </header>
        {away && (
          <p class="card error" role="alert">
            <Mark kind="stop">{away} What is below is from before.</Mark>
          </p>
        )}
        {isHelping && <Help pages={pages} onClose={() => setHelping(false)} />}
        <div key={`${name} ${round}`}>{page.show({ view, change, state })}</div>
      </main>
    </div>
  )
}

function Foot({ state: { reader, version, database, durability }, signOut }: { state: State; signOut(): void }) {
  const isConnected = database === 'connected'
  return (
    <div class="foot">
      <Mark kind={isConnected ? 'ok' : 'attention'}>
        {isConnected ? 'database connected' : `database: ${database}`}
      </Mark>
      <span class="soft">
        {version}
        {durability && `, ${durability}`}
      </span>
      <span class="soft who" title={reader.role ?? undefined}>
        {reader.key_alias ?? reader.user_id ?? (reader.role ?? 'a key').replaceAll('_', ' ')}
      </span>
      <div class="chips">
        <button type="button" class="small" onClick={switchTheme}>
          Light or dark
        </button>
        <button type="button" class="small" onClick={signOut}>
          Sign out
        </button>
      </div>
    </div>
  )
}

function Help({ pages, onClose }: { pages: readonly (readonly [string, PageEntry])[]; onClose(): void }) {
  return (
    <section class="card" aria-label="Keyboard">
      <div class="head">
        <h2>Keyboard</h2>
        <button type="button" class="small" onClick={onClose}>
          Close
        </button>
      </div>
      <dl class="keys">
        {pages.map(([name, { title, key }]) => (
          <div key={name}>
            <dt>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{title}</dd>
          </div>
        ))}
        {[
          ['/', 'search or filter'],
          ['↑ ↓', 'from row to row, once one is chosen'],
          ['Enter', 'open the row'],
          ['← →', 'from bar to bar of a chart'],
          ['Esc', 'close'],
          ['?', 'this help'],
        ].map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** `g` and then the letter of a page, `/` for the search, `?` for help. Not while the reader types. */
function useShortcuts(go: (page: string) => void, help: () => void) {
  useEffect(() => {
    let isGoing = false
    const listen = (event: KeyboardEvent) => {
      const { key, target, ctrlKey, metaKey, altKey } = event
      const isTyping = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
      if (ctrlKey || metaKey || altKey || isTyping) return
      const page = isGoing && Object.entries(PAGES).find(([, entry]) => entry.key === key)?.[0]
      isGoing = key === 'g'
      if (page) go(page)
      else if (key === '?') help()
      else if (key === '/') {
        event.preventDefault()
        document.querySelector<HTMLElement>('main .search')?.focus()
      }
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  })
}
