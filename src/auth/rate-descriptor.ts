/** What is limited, in the words of LiteLLM's headers and messages. */
export type LimitType = 'requests' | 'tokens' | 'max_parallel_requests'

/** Something that calls are counted for, and how many it may have. Only what has a limit is counted. */
export interface RateDescriptor {
  /** "api_key", "user", "model_per_key", ... */
  readonly name: string
  readonly value: string
  readonly limits: Readonly<Partial<Record<LimitType, number>>>
  /** Which tokens it is about. Absent: those that the settings count. */
  readonly counts?: 'input' | 'output'
  /** Absent: the window of all limits. */
  readonly windowMs?: number
  /** LiteLLM's message where it is not the usual one. Such a limit is in no header. */
  readonly sentence?: (used: number) => string
}
