import { LiteLLMError } from '../../../errors.ts'

/** Top-level members by which a call is checked, reserved, charged and sent. */
const GUARDED = [
  ...['model', 'messages', 'input', 'prompt', 'stream', 'stream_options', 'n', 'best_of', 'max_tokens'],
  ...['max_completion_tokens', 'max_output_tokens', 'max_tokens_to_sample', 'num_predict', 'options', 'service_tier'],
  ...['generationConfig', 'generation_config', 'inferenceConfig', 'user', 'metadata', 'litellm_metadata', 'tags'],
  ...['request_tags', 'store', 'background', 'fallbacks', 'tools', 'target_model_names', 'previous_response_id'],
  ...['api_base', 'base_url', 'api_key', 'extra_body', 'extra_headers', 'safety_identifier'],
]

const BY_FOLDED: ReadonlyMap<string, string> = new Map(GUARDED.map((name) => [foldCase(name), name]))

/** The longest of them, with every character escaped. */
export const MAX_GUARDED_BYTES = 6 * Math.max(...GUARDED.map((name) => name.length))

type Problem = 'more than once' | 'with escapes' | 'in another case'

/**
 * The names of a body's top-level members, as they are written. SECURITY: of a name that comes twice `JSON.parse` takes
 * the last, and others the first; some parsers ignore case (Go's), some escapes. What is checked and charged here must be
 * what the upstream serves.
 */
export class GuardedNames {
  readonly #seen = new Set<string>()
  readonly #problems: (readonly [name: string, problem: Problem])[] = []

  /** `written`: what stands between the quotes. */
  see(written: string): void {
    const isEscaped = written.includes('\\')
    const name = isEscaped ? unescaped(written) : written
    const guarded = BY_FOLDED.get(foldCase(name))
    if (guarded === undefined) return
    if (name !== guarded) this.#problems.push([guarded, 'in another case'])
    else if (isEscaped) this.#problems.push([guarded, 'with escapes'])
    else if (this.#seen.has(guarded)) this.#problems.push([guarded, 'more than once'])
    this.#seen.add(name)
  }

  /**
   * Throws `bad_request` for what two parsers could read as two different calls. Of an API that is not known here
   * (`isKnown`) a name in another case may be a parameter of its own, and the gateway acts on the model alone.
   */
  check(isKnown: boolean): void {
    const found = this.#problems.find(
      ([name, problem]) => isKnown || (name === 'model' && problem !== 'in another case'),
    )
    if (!found) return
    const [param, problem] = found
    const message = `The request body names \`${param}\` ${problem}: write \`"${param}"\` once, as it stands here.`
    throw new LiteLLMError('bad_request', { param, message })
  }
}

/** Letters that some parsers take for one of ASCII are that letter: the Kelvin sign, the long s. */
function foldCase(name: string): string {
  return name.toUpperCase().toLowerCase()
}

function unescaped(written: string): string {
  try {
    return JSON.parse(`"${written}"`)
  } catch {
    // No JSON: said when the body is parsed.
    return written
  }
}
