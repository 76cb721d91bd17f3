import { baseUrl, type State } from './api.ts'

/** What to do while there is nothing to show. */
export function FirstCall({ state, secret }: { state: State; secret?: string }) {
  const model = state.model_groups.find((name) => !name.includes('*')) ?? 'gpt-4o-mini'
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })
  return (
    <section class="card">
      <h2>{secret ? 'Use it' : 'No calls yet. Send one:'}</h2>
      <pre>{`curl ${baseUrl()}/v1/chat/completions \\\n  -H 'Authorization: Bearer ${secret ?? '<a virtual key>'}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`}</pre>
      <p class="soft">
        OpenAI clients: base URL <code>{baseUrl()}/v1</code>. Anthropic clients and Claude Code:{' '}
        <code>ANTHROPIC_BASE_URL={baseUrl()}</code>.
      </p>
    </section>
  )
}
