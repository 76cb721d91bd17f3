import { memoizeByObject } from '../lib/memoize.ts'
import type { ModelPrice } from '../types.ts'
import type { ModelFacts } from './translation.ts'

type Flag = Exclude<keyof ModelFacts, 'maxOutputTokens' | 'responsesOnly'>

/** The price map's names of what a model can do. */
export const FLAGS: Readonly<Record<Flag, string>> = {
  supportsReasoning: 'supports_reasoning',
  supportsVision: 'supports_vision',
  supportsPdfInput: 'supports_pdf_input',
  supportsAudioInput: 'supports_audio_input',
  supportsFunctionCalling: 'supports_function_calling',
  supportsParallelFunctionCalling: 'supports_parallel_function_calling',
  supportsToolChoice: 'supports_tool_choice',
  supportsResponseSchema: 'supports_response_schema',
  supportsPromptCaching: 'supports_prompt_caching',
  supportsSystemMessages: 'supports_system_messages',
  supportsWebSearch: 'supports_web_search',
  supportsNativeStructuredOutput: 'supports_native_structured_output',
  supportsAdaptiveThinking: 'supports_adaptive_thinking',
  supportsLegacyThinking: 'supports_legacy_thinking',
  supportsSamplingParams: 'supports_sampling_params',
  supportsForcedToolUse: 'supports_forced_tool_use',
  supportsParallelToolUseConfig: 'supports_parallel_tool_use_config',
  supportsMidConversationSystem: 'supports_mid_conversation_system',
  supportsXhighReasoningEffort: 'supports_xhigh_reasoning_effort',
  supportsMaxReasoningEffort: 'supports_max_reasoning_effort',
}

const UNKNOWN: ModelFacts = {}

/** What an entry of the price map says that its model can do. */
export function modelFactsOf(entry: ModelPrice | undefined): ModelFacts {
  return entry ? factsOf(entry) : UNKNOWN
}

const factsOf = memoizeByObject((entry: ModelPrice): ModelFacts => {
  const flags = Object.entries(FLAGS).flatMap(([name, field]) => {
    const value = entry[field]
    return typeof value === 'boolean' ? [[name, value] as const] : []
  })
  const most = Number(entry.max_output_tokens ?? entry.max_tokens)
  // The map names every model that reasons.
  const known = { supportsReasoning: false, responsesOnly: entry.mode === 'responses', ...Object.fromEntries(flags) }
  return most > 0 ? { ...known, maxOutputTokens: most } : known
})
