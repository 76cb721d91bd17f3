import { type CallRow, useAsked } from './api.ts'
import { count, dollars, duration } from './format.ts'
import { Mark, Problem } from './parts.tsx'

interface Texts {
  readonly messages: unknown
  readonly response: unknown
}

/** One call in full: times, tokens, the cost line by line with where it came from, and what was said where that is kept. */
export function CallDetail({ row, onClose }: { row: CallRow; onClose(): void }) {
  const texts = useAsked<Texts>(`/spend/logs/ui/${encodeURIComponent(row.request_id)}`)
  const metadata = row.metadata ?? {}
  const firstMs = row.completionStartTime ? Date.parse(row.completionStartTime) - Date.parse(row.startTime) : undefined
  const facts: readonly (readonly [string, unknown])[] = [
    ['call', row.request_id],
    ['kind', row.call_type],
    ['model', `${row.model_group ?? ''} → ${row.model}`],
    ['provider', row.custom_llm_provider],
    ['first byte', firstMs === undefined ? undefined : duration(firstMs)],
    ['whole time', duration(Date.parse(row.endTime) - Date.parse(row.startTime))],
    ['user', row.user],
    ['team', row.team_id],
    ['customer', row.end_user],
    ['session', row.session_id],
    ['tags', row.request_tags?.join(', ')],
    ['tokens', `${count(row.prompt_tokens)} in, ${count(row.completion_tokens)} out`],
    ['usage', metadata.usage_source],
    ['usage doubted', metadata.usage_doubt],
    ['translated from', metadata.translated_from],
  ]
  return (
    <aside aria-label="Call">
      <div class="head">
        <Mark kind={row.status === 'failure' ? 'stop' : 'ok'}>{row.status ?? 'success'}</Mark>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      <dl>
        {facts
          .filter(([, value]) => value !== undefined && value !== null && value !== '')
          .map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{textOf(value)}</dd>
            </>
          ))}
      </dl>
      <h2>Cost {dollars(row.spend)}</h2>
      <Lines of={metadata.cost_breakdown} />
      {metadata.error_information ? (
        <>
          <h2>Error</h2>
          <Lines of={metadata.error_information} />
        </>
      ) : null}
      <h2>Prompt and answer</h2>
      {texts.error && <Problem error={texts.error} />}
      {texts.data &&
        (hasText(texts.data) ? (
          <>
            <pre>{JSON.stringify(texts.data.messages, undefined, 2)}</pre>
            <pre>{JSON.stringify(texts.data.response, undefined, 2)}</pre>
          </>
        ) : (
          <p class="soft">Not kept. `general_settings.store_prompts_in_spend_logs: true` keeps them.</p>
        ))}
    </aside>
  )
}

function Lines({ of }: { of: unknown }) {
  if (typeof of !== 'object' || of === null) return null
  return (
    <dl>
      {Object.entries(of)
        .filter(([, value]) => value !== null && value !== 0 && value !== '')
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{textOf(value)}</dd>
          </>
        ))}
    </dl>
  )
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function hasText({ messages, response }: Texts): boolean {
  return [messages, response].some((value) => value !== null && !/^(\{\}|\[\]|"")$/.test(JSON.stringify(value) ?? '{}'))
}
