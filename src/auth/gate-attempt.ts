import type { NowOrLater } from '../now-or-later.ts'
import type { Call, Usage, VirtualKey } from '../types.ts'
import type { RequestFacts } from './check.ts'
import type { Refusal } from './refusal.ts'

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
  /** The key as it is now, for a call that has waited. */
  currentKey?(): NowOrLater<VirtualKey>
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

export interface Passage {
  /** Never in `report` mode. */
  readonly refusal?: Refusal
  /** In `report` mode: everything that is against the call. */
  readonly reported: readonly Refusal[]
  /** Rate limit headers for the answer. */
  readonly headers: Readonly<Record<string, string>>
  /** The model group that the call is to go to, where that is not the one it asked for. */
  readonly modelGroup?: string
}
