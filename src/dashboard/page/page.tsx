import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { State } from '../answers.ts'
import { forgetKey, readKey, useAsked } from './api.ts'
import { Frame } from './frame.tsx'
import { Problem } from './parts/parts.tsx'
import { SignIn } from './sign-in.tsx'
import { applyTheme } from './view.ts'

const STATE_MS = 5_000

function Page() {
  const [isSignedIn, setSignedIn] = useState(readKey() !== '')
  const { data: state, error } = useAsked<State>(isSignedIn ? './state' : undefined, STATE_MS)
  const signOut = () => {
    forgetKey()
    // What was read is forgotten with the page.
    location.reload()
  }
  const isRefused = error?.status === 401 || error?.status === 403
  useEffect(() => {
    if (isRefused) forgetKey()
  }, [isRefused])
  if (!isSignedIn || isRefused) {
    return (
      <SignIn
        said={isRefused ? error.message : undefined}
        onKey={() => (isSignedIn ? location.reload() : setSignedIn(true))}
      />
    )
  }
  if (!state) return error ? <Problem error={error} /> : <p class="signin soft">Reading…</p>
  return <Frame state={state} signOut={signOut} away={error?.message} />
}

applyTheme()
render(<Page />, document.body)
