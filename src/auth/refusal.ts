import type { ErrorCode } from '../errors.ts'

/** Why a call may not pass, before it becomes an error. What is absent comes from the table of errors. */
export interface Refusal {
  readonly code: ErrorCode
  readonly message?: string
  readonly param?: string
  readonly status?: number
  /** The status before 1.84, where the code alone does not tell it. */
  readonly olderStatus?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}
