import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../../support/app.ts'
import { SPECIAL } from '../../support/strict/conversation.ts'
import { type StrictProviders, startStrictProviders } from '../../support/strict/strict-providers.ts'
import { TALKS } from '../../support/strict/talks.ts'

/*
 * Every client in a conversation of 20 turns with a model of every provider: no text, no call and no argument is lost, each
 * provider takes each request, and every call leaves its row.
 */

const TURNS = 20
const PROVIDERS = ['anthropic', 'gemini', 'bedrock', 'cohere', 'ollama', 'hosted_vllm', 'openai']

let providers: StrictProviders
let app: TestApp
let secret: string

beforeAll(async () => {
  providers = await startStrictProviders()
  app = await startApp({
    upstream: '',
    models: PROVIDERS.map((model_name) => ({ model_name, litellm_params: providers.params[model_name] })),
  })
  ;({ secret } = await app.key())
})

afterAll(async () => {
  await app.close()
  await providers.close()
})

describe.each(Object.keys(TALKS))('the %s SDK', (client) => {
  describe.each(PROVIDERS)('with a model of %s', (model) => {
    test.each([
      ['whole answers', false],
      ['streams', true],
    ])('talks for 20 turns in %s', async (_, stream) => {
      const before = (await app.rows()).length
      const refused = providers.refused.length
      const talk = TALKS[client]!({ url: app.url, secret, model, stream })
      for (let turn = 1; turn <= TURNS; turn++) {
        const said = await talk.say(`turn ${turn}, please.`)
        // What Cohere's models say before they call a tool is a plan, which is reasoning elsewhere.
        expect(said.text).toBe(model === 'cohere' ? '' : `Looking ${turn}.${SPECIAL}`)
        const weather = { name: 'get_weather', args: { city: `Rome ${turn}`, note: SPECIAL } }
        expect(said.calls).toEqual(turn % 2 === 0 ? [weather, { name: 'get_time', args: {} }] : [weather])
        const results = said.calls.map((_call, at) => `${turn * 10 + at} °C`)
        expect(await talk.give(results)).toEqual({ text: `Answer: ${results.join(' & ')}`, calls: [] })
      }
      expect(providers.refused.slice(refused)).toEqual([])
      const rows = (await app.rows()).slice(before)
      expect(rows).toHaveLength(2 * TURNS)
      for (const row of rows) {
        expect(row).toMatchObject({ status: 'success', model_group: model, prompt_tokens: 100, completion_tokens: 20 })
        expect(row.metadata.usage_source).toBe('reported')
      }
    })
  })
})
