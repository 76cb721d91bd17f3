import type { Surroundings } from '../postgres/program.ts'

/** What is said once the gateway is ready. */
interface Welcome {
  readonly url: string
  /** Only secrets that `serve` made itself and keeps in `.express-litellm`; one that was configured is not repeated. */
  readonly masterKey?: string
  readonly demoKey?: { readonly secret: string; readonly hashedToken: string }
  /** The local database, when there is one. */
  readonly database?: { readonly url: string; readonly passwordFile: string }
  readonly showsSecrets?: boolean
  /** Answers are canned. */
  readonly demoUpstream: boolean
  readonly modelGroups: readonly string[]
  /** How this command is called, for the lines to paste. */
  readonly command: string
  /** Its path. */
  readonly dashboard?: string
}

/** Ends with two lines to paste: one call, streamed, and the row that it left. */
export function welcomeText(welcome: Welcome): string {
  const { url, masterKey, demoKey, database, demoUpstream, modelGroups } = welcome
  const lines = [
    `express-litellm is ready at ${url}`,
    masterKey && `  master key   ${masterKey}`,
    demoKey && `  virtual key  ${demoKey.secret}`,
    database && `  database     ${databaseText(database, welcome.showsSecrets)}`,
    `  models       ${modelGroups.join(', ') || 'none'}${demoUpstream ? ' (demo upstream, canned answers)' : ''}`,
    welcome.dashboard && `  dashboard    ${url}${welcome.dashboard}/`,
    welcome.dashboard && welcome.dashboard !== '/ui' && `  LiteLLM's    ${url}/ui/`,
    ...(demoKey ? tryIt(welcome, demoKey) : []),
  ]
  return lines.filter((line) => line !== undefined && line !== false).join('\n')
}

/** A URL without its password works where the password comes from elsewhere, e.g. PGPASSWORD. */
function databaseText({ url, passwordFile }: NonNullable<Welcome['database']>, showsSecrets = false): string {
  if (showsSecrets) return url
  const shown = new URL(url)
  shown.password = ''
  return `${shown.href}, password in ${passwordFile}`
}

/** In a clone of the repository there is no command of the name: npm's script stands for it. */
export function commandOf({ npm_lifecycle_event: script }: Surroundings['env']): string {
  return script === 'start' ? 'npm start -s' : 'npx express-litellm'
}

function tryIt({ url, command, modelGroups }: Welcome, demoKey: NonNullable<Welcome['demoKey']>) {
  const model = modelGroups.find((name) => !name.includes('*')) ?? 'gpt-4o-mini'
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] })
  return [
    '',
    'A streamed call, and the row it leaves within five seconds:',
    `curl -N ${url}/v1/chat/completions -H 'Authorization: Bearer ${demoKey.secret}' -H 'Content-Type: application/json' -d '${body}'`,
    `${command} logs`,
  ]
}
