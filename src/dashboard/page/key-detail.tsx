import { useState } from 'preact/hooks'
import type { State } from '../answers.ts'
import { KeyForm } from './key-form.tsx'
import { KeyState, limitsText } from './keys.tsx'
import { away, clock, dollars } from './parts/format.ts'
import { Aside, Bar, Facts } from './parts/parts.tsx'
import { type KeyRow, keyTitle, usedPart } from './rows.ts'

interface KeyDetailProps {
  readonly of: KeyRow
  readonly state: State
  /** For readers who may change keys. */
  readonly act: ((path: string, body: unknown) => Promise<{ key?: string } | undefined>) | undefined
  onSecret(secret: string | undefined): void
  onClose(): void
}

/** One key: what it has spent, what it may, and what can be done with it. */
export function KeyDetail({ of: key, state, act, onSecret, onClose }: KeyDetailProps) {
  const [isSure, setSure] = useState(false)
  const rotate = async () => {
    const made = await act?.('/key/regenerate', { key: key.token })
    if (!made) return
    onSecret(made.key)
    onClose()
  }
  return (
    <Aside
      label="Key"
      onClose={onClose}
      head={
        <>
          <b>{keyTitle(key)}</b> <KeyState of={key} />
        </>
      }
    >
      <Facts
        of={[
          ['spent', `${dollars(key.spend)}${key.max_budget === null ? '' : ` of ${dollars(key.max_budget)}`}`],
          ['used', key.max_budget !== null && <Bar part={usedPart(key)} />],
          ['begins again', key.budget_reset_at && `${away(key.budget_reset_at)}, every ${key.budget_duration}`],
          ['a minute', limitsText(key)],
          ['models', key.models.length === 0 ? 'all' : key.models.join(', ')],
          ['team', key.team_id],
          ['user', key.user_id],
          ['expires', key.expires && `${clock(key.expires)}, ${away(key.expires)}`],
          ['made', key.created_at && clock(key.created_at)],
          ['last used', key.last_active && away(key.last_active)],
          ['hash', key.token],
        ]}
      />
      <p class="chips">
        <a class="button" href={`#calls?range=30d&api_key=${key.token}`}>
          Its calls
        </a>
        {act && (
          <>
            <button type="button" onClick={() => act(key.blocked ? '/key/unblock' : '/key/block', { key: key.token })}>
              {key.blocked ? 'Unblock' : 'Block'}
            </button>
            {isSure ? (
              <button type="button" class="danger" onClick={rotate}>
                The old secret ends now. Rotate
              </button>
            ) : (
              <button type="button" onClick={() => setSure(true)}>
                Rotate the secret
              </button>
            )}
          </>
        )}
      </p>
      {act && (
        <>
          <h3>Change</h3>
          <KeyForm
            // Starts again when the row has changed.
            key={JSON.stringify(key)}
            of={key}
            state={state}
            action="Save"
            onSave={(body) => act('/key/update', { ...body, key: key.token })}
          />
        </>
      )}
    </Aside>
  )
}
