/** What the operator says about how clients are known. */
export interface ClientSettings {
  /** A client's address is the first in `x-forwarded-for`, as LiteLLM's `use_x_forwarded_for` has it. Default: no. */
  readonly forwardedFor?: boolean
  /** Headers that name the end user, after LiteLLM's own; in lower case. */
  readonly endUserHeaders?: readonly string[]
  /** Headers that become tags, "name: value", as LiteLLM's `extra_spend_tag_headers` has it. */
  readonly tagHeaders?: readonly string[]
}
