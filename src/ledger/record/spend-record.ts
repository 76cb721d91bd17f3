import type { Json } from '../../types.ts'
import { FIELD_END } from './fields.ts'
import { fieldIndexOf, jsonOf, lineOf } from './row-line.ts'

/**
 * A call on its way to the database: nothing but what is written. Records wait by the thousand, and whatever they hold
 * the collector looks at again and again.
 */
export class SpendRecord {
  /** The unit that is charged once. */
  readonly callId: string
  /** Its row, see row-line.ts. */
  readonly line: string
  /** What the row's `spend` says. */
  readonly dollars: number
  /** Length of `line` in UTF-8. To be counted, the many pieces that it was joined from are made into one. */
  readonly bytes: number

  constructor(callId: string, line: string, dollars: number) {
    this.callId = callId
    this.line = line
    this.dollars = dollars
    this.bytes = Buffer.byteLength(line)
  }

  /** The row as JSON text: for people, and for other programs. */
  get text(): string {
    return jsonOf(this.line)
  }
}

const [CALL_ID, SPEND] = [fieldIndexOf('call_id'), fieldIndexOf('spend')]

/** The record whose `line` or `text` this is. Throws a SyntaxError when it is none. */
export function readSpendRecord(kept: string): SpendRecord {
  const line = kept.startsWith('{') ? lineOf(checkedRow(JSON.parse(kept))) : kept
  const fields = line.split(FIELD_END, SPEND + 1)
  const [callId = '', spend = ''] = [fields[CALL_ID], fields[SPEND]]
  const dollars = Number(spend)
  if (callId === '' || spend === '' || Number.isNaN(dollars)) throw noRecord()
  return new SpendRecord(callId, line, dollars)
}

/** In a line everything is text; JSON has to have the right types. */
function checkedRow(row: Json): Json {
  if (typeof row.call_id !== 'string' || typeof row.spend !== 'number') throw noRecord()
  return row
}

function noRecord(): SyntaxError {
  return new SyntaxError('This is no spend record')
}
