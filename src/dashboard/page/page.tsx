import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { forgetKey, keepKey, readKey, type State, useAsked } from './api.ts'
import { Calls } from './calls.tsx'
import { Keys } from './keys.tsx'
import { Ledger } from './ledger.tsx'
import { Models } from './models.tsx'
import { DIMENSIONS, Overview } from './overview.tsx'
import { Problem } from './parts.tsx'
import { addressOf, useView, type View } from './view.ts'

const STATE_MS = 5_000
const THEME = 'express-litellm.theme'

/** `admin`: only administrators can read it. `key`: what to press after `g`. */
const PAGES: Readonly<Record<string, { readonly title: string; readonly admin?: boolean; readonly key: string }>> = {
  overview: { title: 'Overview', key: 'o' },
  calls: { title: 'Calls', key: 'c' },
  keys: { title: 'Keys', admin: true, key: 'k' },
  models: { title: 'Models', admin: true, key: 'm' },
  ledger: { title: 'Ledger', admin: true, key: 'l' },
}

const RANGES: readonly (readonly [days: number, label: string])[] = [
  [1, 'today'],
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
]

function Page() {
  const [isSignedIn, setSignedIn] = useState(readKey() !== '')
  const { data: state, error } = useAsked<State>(isSignedIn ? '/ui/state' : undefined, STATE_MS)
  const signOut = () => {
    forgetKey()
    setSignedIn(false)
  }
  const isRefused = error?.status === 401 || error?.status === 403
  if (!isSignedIn || isRefused)
    return <SignIn said={isRefused ? error.message : undefined} onKey={() => setSignedIn(true)} />
  if (!state) return error ? <Problem error={error} /> : <p class="signin soft">Reading…</p>
  return <Frame state={state} signOut={signOut} away={error?.message} />
}

function Frame({ state, signOut, away }: { state: State; signOut(): void; away: string | undefined }) {
  const [view, change] = useView()
  useShortcuts(change)
  const pages = Object.entries(PAGES).filter(([, { admin }]) => !admin || state.reader.is_admin)
  const name = pages.some(([page]) => page === view.page) ? view.page : 'overview'
  return (
    <div class="frame">
      <nav aria-label="Pages">
        <div class="name">express-litellm</div>
        {pages.map(([page, { title }]) => (
          <a
            key={page}
            href={`#${addressOf({ ...view, page, filters: {} })}`}
            aria-current={page === name ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
        <div class="foot">
          <span class="soft">
            {state.reader.key_alias ?? state.reader.user_id ?? state.reader.role ?? 'a key'}, database {state.database}
          </span>
          <button type="button" onClick={switchTheme}>
            Light or dark
          </button>
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        </div>
      </nav>
      <main>
        <header>
          <h1>{PAGES[name]?.title}</h1>
          {(name === 'overview' || name === 'calls') && (
            <select
              aria-label="Time"
              value={view.days}
              onChange={(event) => change({ days: Number(event.currentTarget.value) })}
            >
              {RANGES.map(([days, label]) => (
                <option key={days} value={days}>
                  {label}
                </option>
              ))}
            </select>
          )}
          {name === 'overview' && (
            <select
              aria-label="Group by"
              value={view.by}
              onChange={(event) => change({ by: event.currentTarget.value })}
            >
              {Object.entries(DIMENSIONS).map(([by, label]) => (
                <option key={by} value={by}>
                  by {label}
                </option>
              ))}
            </select>
          )}
        </header>
        {away && (
          <p class="card error" role="alert">
            {away} What is below is from before.
          </p>
        )}
        {name === 'overview' && <Overview view={view} state={state} />}
        {name === 'calls' && <Calls view={view} change={change} state={state} />}
        {name === 'keys' && <Keys state={state} />}
        {name === 'models' && <Models state={state} />}
        {name === 'ledger' && <Ledger state={state} />}
      </main>
    </div>
  )
}

function SignIn({ said, onKey }: { said: string | undefined; onKey(): void }) {
  const [key, setKey] = useState('')
  const signIn = (event: Event) => {
    event.preventDefault()
    keepKey(key.trim())
    onKey()
  }
  return (
    <main class="signin">
      <form class="card" onSubmit={signIn}>
        <h1>express-litellm</h1>
        <label for="key">The master key, the key of an administrator, or a virtual key for its own calls</label>
        <input
          id="key"
          type="password"
          autocomplete="current-password"
          autofocus
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button class="main" type="submit" disabled={key.trim() === ''}>
          Sign in
        </button>
        {said && (
          <p role="alert" class="state stop">
            {said}
          </p>
        )}
        <p class="soft">The key stays in this tab, and is forgotten with it.</p>
      </form>
    </main>
  )
}

/** `g` and then the letter of a page. Not while the reader types. */
function useShortcuts(change: (part: Partial<View>) => void) {
  useEffect(() => {
    let isGoing = false
    const listen = ({ key, target, ctrlKey, metaKey }: KeyboardEvent) => {
      if (ctrlKey || metaKey || (target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)))
        return
      const page = isGoing && Object.entries(PAGES).find((entry) => entry[1].key === key)?.[0]
      isGoing = key === 'g'
      if (page) change({ page, filters: {} })
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [change])
}

function applyTheme(theme: string): void {
  document.documentElement.dataset.theme = theme
}

function switchTheme(): void {
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'
  localStorage.setItem(THEME, theme)
  applyTheme(theme)
}

applyTheme(localStorage.getItem(THEME) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'))
render(<Page />, document.body)
