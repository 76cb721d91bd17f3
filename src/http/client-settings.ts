/** What the operator says about how clients are known. */
export interface ClientSettings {
  /** A client's address is the first in `x-forwarded-for`, as LiteLLM's `use_x_forwarded_for` has it. Default: no. */
  readonly forwardedFor?: boolean
  /** Headers that name the end user, after LiteLLM's own; in lower case. */
  readonly endUserHeaders?: readonly string[]
}
