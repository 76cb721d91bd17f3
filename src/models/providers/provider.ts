/** What one provider needs us to know. Everything here speaks OpenAI's format below its base URL. */
export interface Provider {
  /**
   * Used when the entry names no `api_base` and no variable does. Absent: an `api_base` must be given. A `{NAME}` in it is
   * filled in from the environment.
   */
  readonly baseUrl?: string
  /** Variables that may hold the base URL, first one wins. */
  readonly baseUrlFrom?: readonly string[]
  /** Variables that may hold the provider key, first one wins. */
  readonly keyFrom?: readonly string[]
  /** The domains that keys from the environment may go to, where `baseUrl` does not tell. */
  readonly domains?: readonly string[]
  /** Signs calls, or gets them a token, when no provider key is given. */
  readonly cloud?: 'aws' | 'google'
  /** Header that carries the provider key. */
  readonly auth: 'authorization' | 'x-api-key' | 'api-key'
  /** The header that carries it on these hosts instead. */
  readonly authOn?: { readonly hosts: RegExp; readonly auth: Provider['auth'] }
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the base URL when what the entry says does not end in it already. */
  readonly suffix?: string
}
