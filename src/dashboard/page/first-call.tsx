import type { State } from '../answers.ts'
import { baseUrl } from './api.ts'
import { Card, Copy } from './parts/parts.tsx'

/** What to do while there is nothing to show, or with a key that has just been made. */
export function FirstCall({ state, secret }: { state: State; secret?: string }) {
  const model = state.model_groups.find((name) => !name.includes('*')) ?? 'gpt-4o-mini'
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })
  const key = secret ?? '$KEY'
  const curl = `curl ${baseUrl()}/v1/chat/completions \\\n  -H "Authorization: Bearer ${key}" \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`
  const clients = [
    ['OpenAI clients', `OPENAI_BASE_URL=${baseUrl()}/v1\nOPENAI_API_KEY=${key}`],
    ['Anthropic clients, Claude Code', `ANTHROPIC_BASE_URL=${baseUrl()}\nANTHROPIC_AUTH_TOKEN=${key}`],
  ] as const
  return (
    <Card title={secret ? 'Use the key' : 'No calls yet. Send one:'} aside={<Copy text={curl} />}>
      {secret && (
        <p>
          The secret is shown once. Keep it: <code class="secret">{secret}</code> <Copy text={secret} />
        </p>
      )}
      <pre>{curl}</pre>
      <div class="two">
        {clients.map(([name, lines]) => (
          <div key={name}>
            <span class="soft">{name}</span>
            <pre>{lines}</pre>
          </div>
        ))}
      </div>
      {!secret && (
        <p class="soft">
          <code>$KEY</code> is the key that you have signed in with. Or try it in the{' '}
          <a href="#playground">playground</a>.
        </p>
      )}
    </Card>
  )
}
