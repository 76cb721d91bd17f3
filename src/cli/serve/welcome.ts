/** What is said once the gateway is ready. */
export interface Welcome {
  readonly url: string
  /** Only secrets that `serve` made itself and keeps in `.express-litellm`; one that was configured is not repeated. */
  readonly masterKey?: string
  readonly demoKey?: { readonly secret: string; readonly hashedToken: string }
  /** Of the local database, when there is one. */
  readonly databaseDir?: string
  /** Answers are canned. */
  readonly demoUpstream: boolean
  readonly modelGroups: readonly string[]
}

/** Ends with two lines to paste: one call, streamed, and the row that it left. */
export function welcomeText(welcome: Welcome): string {
  const { url, masterKey, demoKey, databaseDir, demoUpstream, modelGroups } = welcome
  const lines = [
    `express-litellm is ready at ${url}`,
    masterKey && `  master key   ${masterKey}`,
    demoKey && `  virtual key  ${demoKey.secret}`,
    databaseDir && `  database     PostgreSQL in ${databaseDir}`,
    `  models       ${modelGroups.join(', ') || 'none'}${demoUpstream ? ' (demo upstream, canned answers)' : ''}`,
    ...(demoKey ? tryIt(welcome, demoKey) : []),
  ]
  return lines.filter((line) => line !== undefined).join('\n')
}

function tryIt({ url, masterKey, modelGroups }: Welcome, demoKey: NonNullable<Welcome['demoKey']>) {
  const model = modelGroups.find((name) => !name.includes('*')) ?? 'gpt-4o-mini'
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] })
  return [
    '',
    'A streamed call, and the row it leaves within five seconds:',
    `curl -N ${url}/v1/chat/completions -H 'Authorization: Bearer ${demoKey.secret}' -H 'Content-Type: application/json' -d '${body}'`,
    `curl '${url}/spend/logs?api_key=${demoKey.hashedToken}' -H "Authorization: Bearer ${masterKey ?? '$LITELLM_MASTER_KEY'}"`,
  ]
}
