import { LiteLLMError } from '../../errors.ts'
import { CREDENTIAL_CODE } from '../../models/routing/cooldown/error-class.ts'

/** A call could not be signed, or no token was to be had. `problem` is a sentence without secrets. */
export function credentialError(problem: string, cause?: unknown): LiteLLMError {
  const reason = Object.assign(new Error(problem, { cause }), { code: CREDENTIAL_CODE })
  return new LiteLLMError('upstream_credential', { message: problem, cause: reason })
}
