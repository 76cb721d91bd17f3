import type { Json } from '../../types.ts'
import { count, object } from '../shapes/reader.ts'

const LIMITS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_tokens_to_sample', 'max_gen_len']
const NESTED_LIMITS = [
  ['generationConfig', 'maxOutputTokens'],
  ['generation_config', 'max_output_tokens'],
  ['inferenceConfig', 'maxTokens'],
  ['textGenerationConfig', 'maxTokenCount'],
  ['options', 'num_predict'],
] as const
const ANSWERS = ['n', 'best_of', 'num_generations']

/** The largest limit of its output that a request states, 0 when it states none, and how many answers it asks for. */
export function outputAsked(request: Json = {}): { readonly limit: number; readonly answers: number } {
  const limits = [
    ...LIMITS.map((name) => request[name]),
    ...NESTED_LIMITS.map(([member, name]) => object(request[member])[name]),
  ]
  const answers = [
    ...ANSWERS.map((name) => request[name]),
    object(request.generationConfig).candidateCount,
    Array.isArray(request.prompt) ? request.prompt.length : 1,
  ]
  return { limit: Math.max(...limits.map(count)), answers: Math.max(1, ...answers.map(count)) }
}
