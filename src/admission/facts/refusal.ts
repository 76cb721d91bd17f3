import { type ErrorCode, type ErrorForm, type ExceededLimit, LiteLLMError } from '../../errors.ts'

/** Whose budgets there are, and for what. */
export type BudgetKind =
  | 'endUser'
  | 'endUserModel'
  | 'global'
  | 'key'
  | 'keyModel'
  | 'keyWindows'
  | 'member'
  | 'memberOwn'
  | 'organization'
  | 'project'
  | 'tags'
  | 'team'
  | 'teamModel'
  | 'teamWindows'
  | 'user'
  | 'userModel'

/** Why a call may not pass, before it becomes an error. What is absent comes from the table of errors. */
export interface Refusal {
  readonly code: ErrorCode
  readonly message?: string
  readonly param?: string
  readonly status?: number
  /** Which of the statuses that LiteLLM has changed it is, where the code alone does not tell. */
  readonly changed?: 'bodySafetyStatus'
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The counter of the budget that may have room once running calls have ended. Absent: waiting does not help. */
  readonly waitsFor?: string
  /** Which kind of budget has no room. */
  readonly budget?: BudgetKind
  /** Which budget or limit it is, for the row. */
  readonly exceeded?: ExceededLimit
  readonly form?: ErrorForm
}

/** The error that the caller is told. */
export function refusalError({ code, waitsFor: _, budget: __, ...details }: Refusal): LiteLLMError {
  return new LiteLLMError(code, details)
}
