import type { Call, Usage, VirtualKey } from '../types.ts'
import type { RequestFacts } from './check.ts'

export interface Attempt {
  readonly callId: string
  readonly key: VirtualKey
  /** The abbreviation of the secret that was sent. */
  readonly shown?: string
  readonly request?: RequestFacts
  /** Absent on routes that call no model: they are checked, and neither counted nor held to limits. */
  readonly call?: Call
  /** The upstream gets the body as it came: the name in it is the model's own, and no alias of the key or its team. */
  readonly verbatim?: boolean
}

export interface UsedByCall {
  /** US dollars. */
  readonly cost: number
  readonly usage?: Usage
  /** Nothing was made. */
  readonly failed?: boolean
  /** The id that the provider gave the response. */
  readonly responseId?: string
}
