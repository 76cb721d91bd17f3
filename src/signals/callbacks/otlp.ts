import type { Json } from '../../types.ts'

/** A span of OTLP, with the members that are used. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly isError: boolean
  readonly attributes: readonly Json[]
}

const SERVER_KIND = 3
const ERROR_CODE = 2

/** `ExportTraceServiceRequest` in OTLP's JSON: of one service, with these spans. */
export function otlpTraces(service: string, spans: readonly Span[]): Json {
  return {
    resourceSpans: [
      {
        resource: { attributes: otlpAttributes({ 'service.name': service }) },
        scopeSpans: [
          {
            scope: { name: 'express-litellm' },
            spans: spans.map(({ isError, ...span }) => ({
              ...span,
              kind: SERVER_KIND,
              status: isError ? { code: ERROR_CODE } : {},
            })),
          },
        ],
      },
    ],
  }
}

/** Trace and parent as the client's `traceparent` says them. */
export function parentOf(traceparent: string | undefined): Partial<Pick<Span, 'traceId' | 'parentSpanId'>> {
  const [, traceId, parentSpanId] = traceparent?.split('-') ?? []
  return traceId && parentSpanId ? { traceId, parentSpanId } : {}
}

/** Attributes as OTLP writes them. What is `undefined` or `null` is left out. */
export function otlpAttributes(values: Json): readonly Json[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const written = otlpValue(value)
    return written ? [{ key, value: written }] : []
  })
}

function otlpValue(value: unknown): Json | undefined {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') {
    // 64 bits: as text, as JSON has them.
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  }
  if (!Array.isArray(value)) return undefined
  return { arrayValue: { values: value.flatMap((item) => otlpValue(item) ?? []) } }
}

/** Nanoseconds since the epoch, as text: they do not fit a number. */
export function nanoseconds(seconds: number): string {
  return `${Math.round(seconds * 1e6)}000`
}
