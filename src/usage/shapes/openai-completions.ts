import { deploymentIn, matchPath, plainPath } from './match-path.ts'
import { openaiChat } from './openai-chat.ts'
import type { UsageReader } from './reader.ts'

const match = matchPath('/completions')

/** POST /completions, the old text API. Its usage and its streams are those of chat. */
export const openaiCompletions: UsageReader = {
  ...openaiChat,
  shape: 'openai-completions',
  callType: 'atext_completion',
  match: (path) => (plainPath(path).endsWith('/chat/completions') ? undefined : match(path)),
  modelIn: deploymentIn,
  textKeys: ['text'],
}
