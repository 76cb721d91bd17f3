import { useState } from 'preact/hooks'
import type { State } from '../answers.ts'
import type { KeyRow } from './rows.ts'

interface Field {
  readonly name:
    | 'key_alias'
    | 'max_budget'
    | 'budget_duration'
    | 'rpm_limit'
    | 'tpm_limit'
    | 'duration'
    | 'team_id'
    | 'user_id'
  readonly label: string
  readonly hint?: string
  readonly isNumber?: boolean
  /** A key that exists has it for good, or it is changed elsewhere. */
  readonly isNew?: boolean
}

const FIELDS: readonly Field[] = [
  { name: 'key_alias', label: 'Alias', hint: 'ci-bot' },
  { name: 'max_budget', label: 'Budget, dollars', isNumber: true },
  { name: 'budget_duration', label: 'Budget begins again after', hint: '30d' },
  { name: 'rpm_limit', label: 'Calls a minute', isNumber: true },
  { name: 'tpm_limit', label: 'Tokens a minute', isNumber: true },
  { name: 'duration', label: 'Expires after', hint: '90d', isNew: true },
  { name: 'team_id', label: 'Team', isNew: true },
  { name: 'user_id', label: 'User', isNew: true },
]

interface KeyFormProps {
  readonly state: State
  /** What is changed. Absent: a key is made. */
  readonly of?: KeyRow
  readonly action: string
  onSave(body: Readonly<Record<string, unknown>>): Promise<unknown>
}

/** What a key may. An empty field is no limit. */
export function KeyForm({ state, of: key, action, onSave }: KeyFormProps) {
  const fields = FIELDS.filter(({ isNew }) => !isNew || !key)
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ name }) => [name, textOf(key?.[name as keyof KeyRow])])),
  )
  const [models, setModels] = useState(key?.models.join(', ') ?? '')
  const [isBusy, setBusy] = useState(false)
  const save = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    const list = models.split(',').map((name) => name.trim())
    const set = fields.map((field) => [field.name, memberOf(field, values[field.name] ?? '')] as const)
    // A key that is made lacks what is empty; of one that is changed it is taken away.
    const told = key ? set : set.filter(([, value]) => value !== null)
    await onSave({ ...Object.fromEntries(told), models: list.filter(Boolean) })
    setBusy(false)
  }
  return (
    <form class="fields" onSubmit={save}>
      {fields.map(({ name, label, hint, isNumber }) => (
        <label key={name}>
          {label}
          <input
            {...(isNumber ? { type: 'number', min: '0', step: 'any' } : { placeholder: hint })}
            value={values[name]}
            onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
          />
        </label>
      ))}
      <label class="wide">
        Models, with commas; none: all
        <input
          list="models"
          value={models}
          placeholder={state.model_groups.slice(0, 2).join(', ')}
          onInput={(event) => setModels(event.currentTarget.value)}
        />
      </label>
      <button class="main" type="submit" disabled={isBusy}>
        {action}
      </button>
    </form>
  )
}

function memberOf({ isNumber }: Field, text: string): string | number | null {
  if (text.trim() === '') return null
  return isNumber ? Number(text) : text.trim()
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}
