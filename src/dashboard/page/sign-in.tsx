import { useState } from 'preact/hooks'
import { keepKey } from './api.ts'
import { Mark } from './parts/parts.tsx'

export function SignIn({ said, onKey }: { said: string | undefined; onKey(): void }) {
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
        <label for="key">Key</label>
        <input
          id="key"
          type="password"
          autocomplete="current-password"
          autofocus
          placeholder="sk-…"
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button class="main" type="submit" disabled={key.trim() === ''}>
          Sign in
        </button>
        {said && (
          <p role="alert">
            <Mark kind="stop">{said}</Mark>
          </p>
        )}
        <p class="soft">
          The master key or the key of an administrator shows everything. A virtual key shows its own calls, budget and
          limits. The key stays in this tab, and is forgotten with it.
        </p>
      </form>
    </main>
  )
}
