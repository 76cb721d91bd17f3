import { awsEventStream } from './aws-event-stream.ts'
import type { Framing, FramingKind } from './framing.ts'
import { jsonArray } from './json-array.ts'
import { ndjson } from './ndjson.ts'
import { sse } from './sse.ts'

const FRAMINGS: Readonly<Record<FramingKind, Framing>> = {
  sse,
  ndjson,
  'json-array': jsonArray,
  'aws-event-stream': awsEventStream,
}

const BY_CONTENT_TYPE: Readonly<Record<string, FramingKind>> = {
  'text/event-stream': 'sse',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/stream+json': 'ndjson',
  'application/vnd.amazon.eventstream': 'aws-event-stream',
}

/** The framing of an answer, or `undefined` when it is one JSON document. `usual` is for types that do not tell. */
export function framingOf(contentType: string, usual: FramingKind | undefined): Framing | undefined {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase()
  const kind = BY_CONTENT_TYPE[type] ?? usual
  return kind && FRAMINGS[kind]
}
