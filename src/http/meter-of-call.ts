import type { Call } from '../types.ts'
import { createMeter, type Meter } from '../usage/meter.ts'
import type { UsageReader } from '../usage/reader.ts'
import { readerOfShape } from '../usage/readers.ts'
import type { ResponseHead } from './response-head.ts'

/** Reads the answer of a call by the shape of the call. */
export function meterOfCall(
  call: Call,
  { statusCode, ...head }: ResponseHead,
  readers: readonly UsageReader[],
  maxBytes: number,
): Meter {
  // A refusal is not billed by what was asked for.
  const asked = statusCode < 400 && { request: call.json, file: fileOf(call) }
  return createMeter({ reader: readerOfShape(readers, call.shape), ...head, ...asked, maxBytes })
}

function fileOf({ body, form }: Call): Buffer | undefined {
  return form?.file && body?.subarray(form.file.start, form.file.end)
}
