/** A step forward. Once released it is never changed; there is no way back. */
export interface Migration {
  /** The file's name: the record in `express_litellm.migrations`, and the order. */
  readonly name: string
  /** Statements that may stand inside a PL/pgSQL block. */
  readonly sql: string
}
