import { expect, test } from '@jest/globals'
import { conversationOf } from '../../../../src/ledger/record/stored-prompt.ts'

const HI = { role: 'user', content: 'Hi' }
const BRIEF = { role: 'system', content: 'Be brief' }

test.each([
  ['chat', { messages: [BRIEF, HI] }, [BRIEF, HI]],
  ['Anthropic', { system: 'Be brief', messages: [HI] }, [BRIEF, HI]],
  [
    'Anthropic with blocks',
    { system: [{ type: 'text', text: 'Be brief' }], messages: [HI] },
    [{ role: 'system', content: [{ type: 'text', text: 'Be brief' }] }, HI],
  ],
  ['responses of a text', { instructions: 'Be brief', input: 'Hi' }, [BRIEF, HI]],
  ['responses of items', { input: [HI] }, [HI]],
  ['completions', { prompt: 'Hi' }, [HI]],
  ['embeddings', { input: ['Hi', 'Ho'] }, [{ role: 'user', content: ['Hi', 'Ho'] }]],
  [
    'Gemini',
    { systemInstruction: { parts: [] }, contents: [{ role: 'user', parts: [] }] },
    [
      { role: 'system', content: { parts: [] } },
      { role: 'user', parts: [] },
    ],
  ],
  ['Cohere', { chat_history: [{ role: 'USER', message: 'Ho' }], message: 'Hi' }, [{ role: 'USER', message: 'Ho' }, HI]],
  ['nothing', {}, []],
])('the conversation of %s is a list of messages', (_, request, expected) => {
  expect(conversationOf(request)).toEqual(expected)
})
