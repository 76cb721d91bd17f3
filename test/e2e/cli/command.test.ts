import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { startLocalPostgres } from '../../../src/cli/postgres/local-postgres.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'

const MAIN = new URL('../../../src/cli/main.ts', import.meta.url).pathname

/** A folder of a user, and the command run in it. */
async function setup(files: Record<string, string> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'command-'))
  await chmod(cwd, 0o755)
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content)
  cleanups.push(() => rm(cwd, { recursive: true, force: true }))
  return { cwd, run: (args: string[], env: Record<string, string> = {}) => run(cwd, args, env) }
}

function run(cwd: string, args: string[], env: Record<string, string>) {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  // A group of its own, so that a test can do what Ctrl-C in a terminal does.
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    detached: true,
  })
  cleanups.push(() => stop(child, 'SIGKILL'))
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const exit = once(child, 'close').then(([code]) => code as number | null)
  return { child, said, exit, ready: () => untilReady(said, child) }
}

async function untilReady(said: { out: string; err: string }, child: ChildProcess) {
  while (!said.out.includes('express-litellm logs')) {
    if (child.exitCode !== null) throw new Error(`It ended: ${said.err}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const [, url] = /ready at (\S+)/.exec(said.out)!
  const [, masterKey] = /master key +(\S+)/.exec(said.out)!
  const [, key] = /virtual key +(\S+)/.exec(said.out)!
  return {
    key,
    database: /database +(\S+),/.exec(said.out)?.[1],
    chat: (content: string) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content }] }),
      }),
    rows: async () => {
      const token = createHash('sha256').update(key!).digest('hex')
      const answer = await fetch(`${url}/spend/logs?api_key=${token}`, {
        headers: { authorization: `Bearer ${masterKey}` },
      })
      return (await answer.json()) as { status: string; total_tokens: number; spend: number }[]
    },
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  process.kill(-child.pid!, signal)
  await closed
}

test('Ctrl-C in the middle of a stream loses neither its end nor its row, and a second start has it all', async () => {
  const { run } = await setup()
  const first = run(['serve', '--port', '0'])
  const { chat, key } = await first.ready()
  const answer = await chat('Hello')
  process.kill(-first.child.pid!, 'SIGINT')
  expect((await answer.text()).trimEnd()).toMatch(/data: \[DONE\]$/)
  expect([await first.exit, complaintsOf(first)]).toEqual([0, ''])

  const second = run(['serve', '--port', '0'])
  const again = await second.ready()
  expect(again.key).toBe(key)
  const rows = await again.rows()
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ status: 'success' })
  expect(rows[0]!.total_tokens).toBeGreaterThan(0)
  expect(rows[0]!.spend).toBeGreaterThan(0)
  await stop(second.child, 'SIGTERM')
})

test('after a kill the next start takes over the database that was left running, and stops it at its end', async () => {
  const { cwd, run } = await setup()
  const first = run(['serve', '--port', '0'])
  const { key } = await first.ready()
  await stop(first.child, 'SIGKILL')
  const second = run(['serve', '--port', '0'])
  const again = await second.ready()
  expect(again.key).toBe(key)
  expect((await again.chat('Hello')).status).toBe(200)
  await stop(second.child, 'SIGTERM')
  expect(await second.exit).toBe(0)
  await expect(readFile(join(cwd, '.express-litellm', 'postgres', 'data', 'postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('the other commands find the database that serve has made, while it runs and afterwards, on the same port', async () => {
  const { run } = await setup()
  const first = run(['serve', '--port', '0'])
  const { chat, rows, database, key } = await first.ready()
  expect(first.said.err.match(/First start, \d of 3/g)).toHaveLength(3)
  await (await chat('Hello')).text()
  await rows()
  const during = run(['logs'])
  expect(await during.exit).toBe(0)
  const [head, line, ...more] = during.said.out.trimEnd().split('\n')
  expect(head).toMatch(/^STARTED \(UTC\) +MODEL +STATUS +TOKENS IN +OUT +COST \$ +MS +USAGE +KEY +CALL$/)
  expect(line).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +gpt-4o-mini +success +\d+ +\d+ +0\.0\d+ +\d+ +reported +demo +\S+$/,
  )
  expect(more).toEqual([])
  await stop(first.child, 'SIGTERM')

  const [doctor, json, none] = [run(['doctor']), run(['logs', '--json', '--key', key!]), run(['logs', '--user', 'x'])]
  expect([await doctor.exit, await json.exit, await none.exit]).toEqual([0, 0, 0])
  expect(doctor.said.out).toContain('database: litellm on PostgreSQL')
  expect(JSON.parse(json.said.out)).toMatchObject({ model_group: 'gpt-4o-mini', status: 'success' })
  expect(none.said.out).toMatch(/^No spend logs yet/)

  const second = run(['serve', '--port', '0'])
  expect((await second.ready()).database).toBe(database)
  expect(second.said.err).not.toContain('First start')
  await stop(second.child, 'SIGTERM')
})

test('.env of the working directory is read; what the environment has stays', async () => {
  const { cwd, run } = await setup({ '.env': 'DATABASE_URL=postgres://u:sekret@127.0.0.1:1/file\n' })
  const byFile = run(['migrate'])
  expect([await byFile.exit, complaintsOf(byFile)]).toEqual([1, expect.stringContaining('ECONNREFUSED')])
  const { url, drop } = await createTestDatabase({ schema: 'empty' })
  cleanups.push(drop)
  expect(await run(['migrate'], { DATABASE_URL: url }).exit).toBe(0)
  await rm(join(cwd, '.env'))
  await mkdir(join(cwd, '.env'))
  const unreadable = run(['migrate'], { DATABASE_URL: url })
  expect([await unreadable.exit, unreadable.said.err]).toEqual([
    1,
    expect.stringMatching(/^\.env .*cannot be read: .+\.\n$/),
  ])
})

test('json_logs makes each line of serve JSON, and a call is a line with its facts', async () => {
  const { run } = await setup({ 'config.yaml': 'litellm_settings: { json_logs: true }\n' })
  const served = run(['serve', '--port', '0', '--debug'], { LITELLM_MASTER_KEY: 'sk-m', JSON_LOGS: 'true' })
  while (!served.said.out.includes('ready at')) await new Promise((resolve) => setTimeout(resolve, 20))
  const url = /ready at (http:\S+?)\\n/.exec(served.said.out)![1]!
  const call = async (model: string) => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-m', 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'canary-4711' }] }),
    })
    await answer.text()
    return answer.headers.get('x-litellm-call-id')
  }
  const [answered, failed] = [await call('gpt-4o-mini'), await call('no-such-model')]
  await stop(served.child, 'SIGTERM')
  const text = `${served.said.out}${served.said.err}`
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  for (const line of lines) expect(Object.keys(line).slice(0, 3)).toEqual(['time', 'level', 'message'])
  expect(lines.filter(({ event }) => event === 'call')).toEqual([
    expect.objectContaining({ level: 'info', callId: answered, status: 200, modelGroup: 'gpt-4o-mini' }),
    expect.objectContaining({ level: 'warning', callId: failed, status: 400, modelGroup: 'no-such-model' }),
  ])
  expect(lines.map(({ level }) => level)).toContain('debug')
  expect(text).not.toMatch(/canary-4711|sk-m\b/)
})

test('LITELLM_LOG that names no level is a sentence', async () => {
  const { run } = await setup({ 'config.yaml': 'litellm_settings: { json_logs: false }\n' })
  const served = run(['serve', '--port', '0'], { LITELLM_LOG: 'loud' })
  expect([await served.exit, complaintsOf(served)]).toEqual([1, expect.stringContaining('LITELLM_LOG must be DEBUG')])
})

test('a Node that is too old is told which one is needed, before it meets syntax that it cannot read', async () => {
  const { cwd } = await setup()
  const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.19.1"}})'
  const bin = new URL('../../../src/cli/bin.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', pretend, bin, 'help'], { cwd, env: { PATH: process.env.PATH } })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  expect((await once(child, 'close'))[0]).toBe(1)
  expect(said).toBe('express-litellm needs Node 22.15, 24, or 26 and newer. This is Node 20.19.1.\n')
})

test('a third signal does not wait for anything', async () => {
  const { cwd, run } = await setup()
  const { child, exit, ready, said } = run(['serve', '--port', '0', '--drain-delay', '20s'])
  await ready()
  // Whatever is to be awaited at the end: the process is stopped in the middle of it.
  process.kill(child.pid!, 'SIGTERM')
  while (!said.out.includes('Stopping')) await new Promise((resolve) => setTimeout(resolve, 5))
  process.kill(child.pid!, 'SIGSTOP')
  process.kill(child.pid!, 'SIGTERM')
  process.kill(child.pid!, 'SIGINT')
  process.kill(child.pid!, 'SIGCONT')
  expect([130, 143]).toContain(await exit)
  // The database of a process that left in a hurry runs on: the next user stops it.
  const dir = join(cwd, '.express-litellm', 'postgres')
  await (await startLocalPostgres({ dir, persistent: false })).stop()
})

test('migrate makes the tables once, and leaves those of LiteLLM alone', async () => {
  const { run } = await setup()
  const { url, drop } = await createTestDatabase({ schema: 'empty' })
  cleanups.push(drop)
  const first = run(['migrate', '--database-url', url])
  expect([await first.exit, complaintsOf(first)]).toEqual([0, ''])
  expect(first.said.out).toMatch(/^Migrated: /)
  const second = run(['migrate'], { DATABASE_URL: url })
  expect([await second.exit, second.said]).toEqual([0, { out: 'The database is up to date.\n', err: '' }])

  const theirs = await createTestDatabase()
  cleanups.push(theirs.drop)
  const third = run(['migrate'], { DATABASE_URL: theirs.url })
  await third.exit
  expect(third.said.out).toBe('LiteLLM manages this database: nothing was changed.\n')
})

const REQUIRED =
  'litellm_db:\n  is_required: true\n  connect_timeout: 1s\n  database_url: postgres://u:sekret@127.0.0.1:1/x\n'
// Priced: a deployment without a price is a line of its own.
const MODELS = `model_list: [{model_name: m, litellm_params: {model: openai/m, api_key: k, input_cost_per_token: 1e-6, output_cost_per_token: 1e-6}}]\n`

test.each([
  ['an unknown option', ['serve', '--prt'], {}, /^Unknown option '--prt'\. See `express-litellm help`\.\n$/],
  ['a config that is not there', ['serve', '-c', 'no.yaml'], {}, /^Cannot read the configuration \S+no\.yaml: .*\.\n$/],
  ['a config that is wrong', ['serve'], { 'config.yaml': 'litellm_db:\n  max_cons: 3\n' }, /max_conns/],
  [
    'a required database that is away',
    ['serve', '-p', '0'],
    { 'config.yaml': REQUIRED + MODELS },
    /^The database does not answer, and it is required: .*ECONNREFUSED.*\n$/,
  ],
  [
    'migrate without a database',
    ['migrate'],
    {},
    /^No database is configured: give --database-url, set DATABASE_URL, or run `serve` here, which makes one\.\n$/,
  ],
  [
    'migrate to a database that is away',
    ['migrate', '--database-url', 'postgres://u:sekret@127.0.0.1:1/x'],
    {},
    /^The database does not answer: .*ECONNREFUSED.*\n$/,
  ],
])('%s is told in a sentence, without a stack and without a secret', async (_what, args, files, sentence) => {
  const { run } = await setup(files)
  const refused = run(args)
  expect(await refused.exit).toBe(1)
  expect(complaintsOf(refused)).toMatch(sentence)
  expect(refused.said.err).not.toMatch(/\n\s+at |sekret/)
})

test('a setting that only the gateway reads is told before a database is made', async () => {
  const config = `${MODELS}litellm_settings: {extra_spend_tag_headers: [authorization]}\n`
  const { cwd, run } = await setup({ 'config.yaml': config })
  const refused = run(['serve', '-p', '0'])
  expect(await refused.exit).toBe(1)
  expect(refused.said.err).toMatch(
    /^`litellm_settings\.extra_spend_tag_headers` names authorization, which carries keys\. Take it out\.\n$/,
  )
  await expect(readFile(join(cwd, '.express-litellm', 'master-key'))).rejects.toThrow('ENOENT')
})

test('a port that is taken is told before anything is served, and the local database is stopped', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  cleanups.push(() => taken.close())
  const { port } = taken.address() as { port: number }
  const { cwd, run } = await setup()
  const refused = run(['serve', '-p', String(port)])
  expect([await refused.exit, complaintsOf(refused)]).toEqual([
    1,
    `Port ${port} is taken: stop what listens there, or choose another with --port.\n`,
  ])
  await expect(readFile(join(cwd, '.express-litellm', 'postgres', 'data', 'postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('help and version need nothing', async () => {
  const { run } = await setup()
  const [help, version] = [run(['help']), run(['--version'])]
  expect([await help.exit, await version.exit]).toEqual([0, 0])
  expect(help.said.out).toContain('express-litellm [serve]')
  expect(version.said.out).toMatch(/^\d+\.\d+\.\d+\n$/)
})

/** What was said on stderr, but for the steps of a first start, and that a journal in a temporary folder is not safe. */
function complaintsOf({ said }: { readonly said: { readonly err: string } }): string {
  return said.err.replace(
    /^((?:\S+ WARN {2})?The journal in .* does not survive a reboot.*|First start, \d of 3: .*)\n/gm,
    '',
  )
}
