import { useEffect, useRef, useState } from 'preact/hooks'
import type { CallRow } from '../answers.ts'
import { addressFor, readKey } from './api.ts'

/** `live`: told by the gateway. `away`: the connection is lost, or there is none to be had. */
export type Liveness = 'live' | 'away'

interface Hearing {
  /** A call was settled. */
  call(row: CallRow): void
  /** Some were not told: the report has to be asked. */
  missed(): void
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/** Hears of calls as they are settled, for as long as the page is shown. A connection that is lost is made again. */
export function useLiveCalls(hearing: Hearing): Liveness {
  const [liveness, setLiveness] = useState<Liveness>('away')
  const current = useRef(hearing)
  current.current = hearing
  useEffect(() => {
    const stop = new AbortController()
    void follow(stop.signal, (name, data) => {
      if (name === 'open') setLiveness('live')
      else if (name === 'closed') setLiveness('away')
      else if (name === 'missed') current.current.missed()
      else if (name === 'call') current.current.call(JSON.parse(data))
    })
    return () => stop.abort()
  }, [])
  return liveness
}

type Tell = (name: string, data: string) => void

/** An `EventSource` sends no key, so this reads the stream itself. */
async function follow(signal: AbortSignal, tell: Tell): Promise<void> {
  let lastId: string | undefined
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    try {
      const headers = { authorization: `Bearer ${readKey()}`, ...(lastId && { 'last-event-id': lastId }) }
      const answer = await fetch(addressFor('./calls'), { headers, signal })
      // 204: the gateway is about to end, or has too many readers.
      if (answer.status !== 200 || !answer.body) throw new Error(`The gateway answered ${answer.status}.`)
      tell('open', '')
      pauseMs = FIRST_PAUSE_MS
      for await (const event of eventsOf(answer.body)) {
        lastId = event.id ?? lastId
        tell(event.name, event.data)
      }
    } catch {
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    }
    if (signal.aborted) return
    tell('closed', '')
    await new Promise((wake) => setTimeout(wake, pauseMs))
  }
}

export interface StreamEvent {
  readonly name: string
  readonly data: string
  readonly id?: string
}

/** The events of a stream, as server-sent events are written. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const blocks = (rest + value).split(/\r?\n\r?\n/)
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = eventOf(block)
        if (event) yield event
      }
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** `undefined` for a comment. */
function eventOf(block: string): StreamEvent | undefined {
  const lines = block.split(/\r?\n/).map((line) => /^(\w+):? ?(.*)$/.exec(line))
  const valuesOf = (name: string) => lines.filter((line) => line?.[1] === name).map((line) => line?.[2] ?? '')
  const data = valuesOf('data').join('\n')
  return data === '' ? undefined : { name: valuesOf('event')[0] ?? 'message', data, id: valuesOf('id')[0] }
}

/** Does `work` once within `ms`, however often it is asked for meanwhile. */
export function useLater(work: () => void, ms: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const current = useRef(work)
  current.current = work
  useEffect(() => () => clearTimeout(timer.current), [])
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      current.current()
    }, ms)
  }
}
