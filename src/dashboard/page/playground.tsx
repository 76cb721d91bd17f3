import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { CallRow, State } from '../answers.ts'
import { ApiError, addressFor, ask, baseUrl, messageIn, readKey } from './api.ts'
import { eventsOf } from './live.ts'
import { count, dollars, duration } from './parts/format.ts'
import { Card, Choice, Copy, Empty, Facts, Mark, Problem } from './parts/parts.tsx'
import { SHAPES, takeDraft, type Used } from './shapes.ts'
import type { Change, View } from './view.ts'

interface Run {
  readonly text: string
  readonly isRunning: boolean
  readonly used: Used
  readonly firstMs?: number
  readonly wholeMs?: number
  readonly callId?: string
  /** What its row says. `null`: it has none yet. */
  readonly cost?: number | null
  readonly error?: ApiError
}

const FIRST_RUN: Run = { text: '', isRunning: true, used: {} }

/** A call of the reader's own, streamed. Nothing of it is kept by the page; the call itself is one like any other. */
export function Playground({ view, change, state }: { view: View; change: Change; state: State }) {
  const [draft] = useState(takeDraft)
  const models = state.model_groups.filter((name) => !name.includes('*'))
  const model = view.filters.model ?? draft?.model ?? models[0] ?? ''
  const shape = SHAPES[view.filters.shape ?? ''] ? (view.filters.shape as string) : 'chat'
  const [key, setKey] = useState('')
  const [system, setSystem] = useState('')
  const [text, setText] = useState(draft?.text ?? '')
  const [more, setMore] = useState('')
  const [run, setRun] = useState<Run>()
  const stop = useRef<AbortController | undefined>(undefined)
  const extra = parsed(more)
  const choose = (name: string, value: string) => change({ filters: { ...view.filters, [name]: value } })
  const body = { ...SHAPES[shape]!.body(model, system, text), ...(extra ?? {}) }
  const send = (event: Event) => {
    event.preventDefault()
    stop.current?.abort()
    stop.current = new AbortController()
    setRun(FIRST_RUN)
    void call({ shape, body, key: key || readKey(), signal: stop.current.signal }, (part) =>
      setRun((before) => ({ ...(before ?? FIRST_RUN), ...part })),
    )
  }
  return (
    <div class="two play">
      <Card label="Call">
        <form class="fields" onSubmit={send}>
          <label>
            Model
            <input
              {...{ list: 'play-models', required: true, value: model }}
              onChange={(event) => choose('model', event.currentTarget.value)}
            />
            <datalist id="play-models">
              {models.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </label>
          <label>
            Key; none: the one you have signed in with
            <input
              {...{ type: 'password', autocomplete: 'off', placeholder: 'sk-…', value: key }}
              onInput={(event) => setKey(event.currentTarget.value.trim())}
            />
          </label>
          <div class="wide">
            <Choice
              label="API"
              options={Object.fromEntries(Object.entries(SHAPES).map(([name, { label }]) => [name, label]))}
              value={shape}
              onChange={(chosen) => choose('shape', chosen)}
            />
          </div>
          <Area label="System prompt" rows={2} value={system} onText={setSystem} />
          <Area
            label="Message"
            {...{ rows: 5, required: true, placeholder: 'What is the capital of France?' }}
            {...{ value: text, onText: setText }}
            onKeyDown={(event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && send(event)}
          />
          <Area
            label="More members of the body, as JSON: tools, temperature, metadata"
            {...{ rows: 2, class: 'code', placeholder: '{"temperature": 0.2}', value: more, onText: setMore }}
          />
          {extra === undefined && <Mark kind="stop">This is no JSON object.</Mark>}
          <Send
            isReady={extra !== undefined}
            isRunning={run?.isRunning === true}
            onStop={() => stop.current?.abort()}
          />
        </form>
      </Card>
      <div>
        <Card title="Answer" aside={run?.callId && <a href={`#calls?request_id=${run.callId}`}>The call</a>}>
          {run ? <Answer of={run} /> : <Empty>{NOTHING_SENT}</Empty>}
        </Card>
        <Card title="The same in a terminal" aside={<Copy text={curlOf(SHAPES[shape]!.path, body)} />}>
          <pre>{curlOf(SHAPES[shape]!.path, body)}</pre>
        </Card>
      </div>
    </div>
  )
}

const NOTHING_SENT =
  'Send a message: the answer is streamed here, with its tokens and what it cost. The page keeps nothing; the call is charged like any other.'

function Send({ isReady, isRunning, onStop }: { isReady: boolean; isRunning: boolean; onStop(): void }) {
  return (
    <div class="wide chips">
      <button class="main" type="submit" disabled={!isReady || isRunning}>
        Send
      </button>
      {isRunning && (
        <button type="button" onClick={onStop}>
          Stop
        </button>
      )}
      <span class="soft">Ctrl Enter</span>
    </div>
  )
}

type AreaProps = Omit<JSX.IntrinsicElements['textarea'], 'label'> & {
  readonly label: string
  onText(text: string): void
}

function Area({ label, onText, ...props }: AreaProps) {
  return (
    <label class="wide">
      {label}
      <textarea {...props} onInput={(event) => onText(event.currentTarget.value)} />
    </label>
  )
}

function Answer({ of: { text, isRunning, used, firstMs, wholeMs, cost, error } }: { of: Run }) {
  return (
    <>
      <Problem error={error} />
      {text !== '' && <div class="said">{text}</div>}
      <div aria-live="polite">
        {isRunning && text === '' && <p class="soft">Waiting for the first byte…</p>}
        <Facts
          of={[
            ['tokens', used.output !== undefined && `${count(used.input ?? 0)} in, ${count(used.output)} out`],
            ['cost', cost === undefined ? undefined : cost === null ? 'not written yet' : dollars(cost)],
            ['first byte', firstMs !== undefined && duration(firstMs)],
            ['whole time', wholeMs !== undefined && duration(wholeMs)],
            [
              'speed',
              wholeMs !== undefined &&
                used.output !== undefined &&
                `${Math.round((1_000 * used.output) / Math.max(wholeMs, 1))} tokens a second`,
            ],
          ]}
        />
      </div>
    </>
  )
}

interface CallOptions {
  readonly shape: string
  readonly body: unknown
  readonly key: string
  readonly signal: AbortSignal
}

async function call({ shape, body, key, signal }: CallOptions, tell: (part: Partial<Run>) => void): Promise<void> {
  const { path, textIn, usageIn } = SHAPES[shape]!
  const begun = performance.now()
  const elapsed = () => performance.now() - begun
  let text = ''
  let used: Used = {}
  let callId: string | undefined
  try {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(addressFor(path), { method: 'POST', headers, body: JSON.stringify(body), signal })
    callId = answer.headers.get('x-litellm-call-id') ?? undefined
    tell({ callId })
    if (!answer.ok || !answer.body) {
      const said = messageIn(await answer.text()) ?? `The gateway answered ${answer.status}.`
      throw new ApiError(answer.status, said)
    }
    let firstMs: number | undefined
    for await (const { data } of eventsOf(answer.body)) {
      firstMs ??= elapsed()
      if (data === '[DONE]') continue
      const event = JSON.parse(data)
      text += textIn(event) ?? ''
      used = { ...used, ...known(usageIn(event)) }
      tell({ text, used, firstMs })
    }
  } catch (error) {
    const said = error instanceof ApiError ? error : new ApiError(0, 'The connection was lost.')
    if (!signal.aborted) tell({ error: said })
  }
  tell({ isRunning: false, wholeMs: elapsed(), cost: null })
  const row = callId && (await rowOf(callId, key))
  if (row)
    tell({ cost: row.spend, callId: row.request_id, used: { input: row.prompt_tokens, output: row.completion_tokens } })
}

function known(used: Used | undefined): Used {
  return Object.fromEntries(Object.entries(used ?? {}).filter(([, value]) => value !== undefined))
}

const LOOKS_MS = [300, 700, 1_000, 2_000, 3_000, 5_000]

/** The row of the call: it is written a moment after its answer has ended. */
async function rowOf(callId: string, key: string): Promise<CallRow | undefined> {
  for (const pauseMs of LOOKS_MS) {
    await new Promise((wake) => setTimeout(wake, pauseMs))
    const now = Date.now()
    const query = new URLSearchParams({
      start_date: new Date(now - 3_600_000).toISOString(),
      end_date: new Date(now + 60_000).toISOString(),
      page_size: '20',
    })
    const page = await ask<{ data: readonly CallRow[] }>(`/spend/logs/ui?${query}`, undefined, key).catch(
      () => undefined,
    )
    const found = page?.data.find(
      ({ request_id, metadata }) => request_id === callId || metadata?.litellm_call_id === callId,
    )
    if (found) return found
  }
  return undefined
}

/** `undefined`: it is no object. */
function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.trim() === '') return {}
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function curlOf(path: string, body: unknown): string {
  const quoted = JSON.stringify(body).replaceAll("'", `'\\''`)
  return `curl -N ${baseUrl()}${path} \\\n  -H "Authorization: Bearer $KEY" \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'`
}
