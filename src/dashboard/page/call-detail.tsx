import type { CallRow } from '../answers.ts'
import { useAsked } from './api.ts'
import { count, dollars, duration } from './parts/format.ts'
import { Aside, Facts, Mark, Problem } from './parts/parts.tsx'
import { sendAgain } from './shapes.ts'

interface Texts {
  readonly messages: unknown
  readonly response: unknown
  readonly proxy_server_request: unknown
}

type Json = Readonly<Record<string, unknown>>

interface CallDetailProps {
  readonly row: CallRow
  /** It is in the log. */
  readonly isWritten: boolean
  onClose(): void
  onFilter(name: string, value: string): void
}

/** One call in full: times, tries, tokens, the cost line by line with where it came from, and what was said where that is kept. */
export function CallDetail(props: CallDetailProps) {
  const { row, isWritten, onClose, onFilter } = props
  const metadata: Json = row.metadata ?? {}
  const texts = useAsked<Texts>(isWritten ? `/spend/logs/ui/${encodeURIComponent(row.request_id)}` : undefined)
  const only = (filter: string, value: string | null) =>
    value && (
      <button type="button" class="link" onClick={() => onFilter(filter, value)}>
        {value}
      </button>
    )
  return (
    <Aside
      label="Call"
      onClose={onClose}
      head={
        <>
          <Mark kind={row.status === 'failure' ? 'stop' : 'ok'}>{row.status ?? 'success'}</Mark>{' '}
          <b>{row.model_group || row.model}</b> <span class="num">{dollars(row.spend)}</span>
        </>
      }
    >
      <TimeLine row={row} metadata={metadata} />
      <Failure metadata={metadata} />
      <Facts
        of={[
          ['call', row.request_id],
          ['kind', row.call_type],
          ['asked for', row.model_group],
          ['answered by', `${row.model}${row.custom_llm_provider ? `, ${row.custom_llm_provider}` : ''}`],
          ['deployment', row.model_id],
          ['user', only('user_id', row.user)],
          ['team', only('team_id', row.team_id)],
          ['customer', only('end_user', row.end_user)],
          ['session', only('session_id', row.session_id)],
          ['tags', row.request_tags?.join(', ')],
          ['client', textOf(metadata.user_agent)],
          ['cache', row.cache_hit === 'True' && 'answered from the response cache'],
          ['translated from', textOf(metadata.translated_from)],
          ['left out', textOf(metadata.dropped_params)],
        ]}
      />
      <h3>Tokens</h3>
      <Facts
        of={[
          ['input', count(row.prompt_tokens)],
          ['output', count(row.completion_tokens)],
          ['usage', USAGE[String(metadata.usage_source)] ?? textOf(metadata.usage_source)],
          ['doubts', textOf(metadata.usage_doubt)],
        ]}
      />
      <Cost row={row} metadata={metadata} />
      <h3>Prompt and answer</h3>
      {!isWritten && <p class="soft">The call is on its way into the log…</p>}
      <Problem error={texts.error} />
      {texts.data && <Said texts={texts.data} model={row.model_group || row.model} />}
    </Aside>
  )
}

const USAGE: Readonly<Record<string, string>> = {
  reported: 'reported by the provider',
  partial: 'as reported until the call was cut',
  estimated: 'estimated from what was sent',
  none: 'nothing was used',
}

/** From the first byte of the call to the last of its answer. */
function TimeLine({ row, metadata }: { row: CallRow; metadata: Json }) {
  const start = Date.parse(row.startTime)
  const whole = Math.max(Date.parse(row.endTime) - start, 1)
  const first = row.completionStartTime ? Date.parse(row.completionStartTime) - start : whole
  const isStreamed = first < whole
  const overhead = Number(metadata.litellm_overhead_time_ms ?? 0)
  const at = (ms: number) => (400 * ms) / whole
  return (
    <>
      <svg class="timeline" viewBox="0 0 400 12" preserveAspectRatio="none" aria-hidden="true">
        <rect class="wait" width="400" height="12" rx="2" />
        {isStreamed && <rect class="answer" x={at(first)} width={Math.max(400 - at(first), 2)} height="12" rx="2" />}
      </svg>
      <Facts
        of={[
          ['started', new Date(start).toLocaleString('en-GB')],
          ['first byte', isStreamed && duration(first)],
          ['whole time', duration(whole)],
          ['of it the gateway', overhead > 0 && duration(overhead)],
          ['retries', Number(metadata.attempted_retries ?? 0) > 0 && textOf(metadata.attempted_retries)],
          ['fallbacks', Number(metadata.attempted_fallbacks ?? 0) > 0 && textOf(metadata.attempted_fallbacks)],
        ]}
      />
      <Tries of={metadata.router_metadata} />
    </>
  )
}

function Tries({ of }: { of: unknown }) {
  const failed = (of as { failed_attempts?: readonly Json[] } | null)?.failed_attempts ?? []
  return (
    <ol class="list">
      {failed.map((one, at) => (
        <li key={at}>
          <Mark kind="attention">
            try {at + 1}: {textOf(one.class)} {textOf(one.status)} at {textOf(one.model_id)}
          </Mark>
        </li>
      ))}
    </ol>
  )
}

function Failure({ metadata }: { metadata: Json }) {
  const { error_class, error_code, error_message } = (metadata.error_information ?? {}) as Json
  if (!error_class && !error_message) return null
  return (
    <p class="quote">
      <Mark kind="stop">
        {textOf(error_class)} {textOf(error_code)}
      </Mark>
      <br />
      {textOf(error_message)}
    </p>
  )
}

const SOURCES: Readonly<Record<string, string>> = {
  deployment: 'of the deployment, in the configuration',
  map: 'of the price map',
  embedded: 'of the table that comes with the gateway',
  upstream: 'as the upstream has stated it',
}

function Cost({ row, metadata }: { row: CallRow; metadata: Json }) {
  const parts = Object.entries((metadata.cost_breakdown ?? {}) as Json).filter(([, value]) => isAmount(value))
  const price = metadata.price as {
    source?: string
    key?: string
    tier?: string | null
    mapHash?: string | null
  } | null
  return (
    <>
      <h3>Cost {dollars(row.spend)}</h3>
      <Facts
        of={[
          ...parts.map(([name, value]) => [name.replaceAll('_', ' '), dollars(Number(value))] as const),
          ['price', price?.source && `${price.key}, ${SOURCES[price.source] ?? price.source}`],
          ['tier', price?.tier],
          ['price list', price?.mapHash?.slice(0, 12)],
          ['saved by the cache', isAmount(metadata.saved_cache_cost) && dollars(Number(metadata.saved_cache_cost))],
          ['not known', metadata.cost_unknown === true && 'there is no price for this model: nothing was charged'],
        ]}
      />
    </>
  )
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value !== 0
}

function Said({ texts, model }: { texts: Texts; model: string }) {
  const prompt = [texts.messages, texts.proxy_server_request].find(hasText)
  const said = [prompt, texts.response].filter(hasText)
  if (said.length === 0) {
    return (
      <p class="soft">
        Not kept. <code>general_settings.store_prompts_in_spend_logs: true</code> keeps what is said in calls from then
        on.
      </p>
    )
  }
  return (
    <>
      {said.map((text, at) => (
        <pre key={at}>{JSON.stringify(text, undefined, 2)}</pre>
      ))}
      {Array.isArray(prompt) && (
        <button type="button" onClick={() => sendAgain(model, prompt)}>
          Open in the playground
        </button>
      )}
    </>
  )
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function hasText(value: unknown): boolean {
  return value !== null && value !== undefined && !/^(\{\}|\[\]|"")$/.test(JSON.stringify(value) ?? '{}')
}
