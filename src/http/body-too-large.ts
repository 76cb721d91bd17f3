import { LiteLLMError } from '../errors.ts'

export function bodyTooLarge(maxBytes: number): LiteLLMError {
  return new LiteLLMError('body_too_large', { message: `The request body is larger than ${maxBytes} bytes.` })
}
