/** A place where the log and what was added up do not agree. */
export interface Difference {
  /** `LiteLLM_UserTable`, `LiteLLM_DailyUserSpend` … */
  readonly table: string
  /** Names the row, or the group of rows: for people, and equal for equal places. */
  readonly row: string
  readonly column: string
  /** What the table says. */
  readonly counted: number
  /** What the log adds up to. */
  readonly logged: number
}

/** One table, or one day of one: what differs there, and how to correct it. */
export interface Comparison {
  readonly name: string
  /** A day, or `totals`. */
  readonly resumeAt: string
  compare(): Promise<readonly Found[]>
}

export interface Found {
  /** One per column that differs. */
  readonly differences: readonly Difference[]
  fix(): Promise<boolean>
}
