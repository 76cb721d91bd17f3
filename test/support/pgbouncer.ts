import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { freePort } from '../../src/cli/postgres/postgres-cluster.ts'
import { serviceUser } from '../../src/cli/postgres/service-user.ts'

export interface PgBouncer {
  /** The database through the pooler. */
  readonly url: string
  stop(): Promise<void>
}

export interface PgBouncerOptions {
  readonly databaseUrl: string
  /** Connections to the server: the fewer, the more its clients have to share. */
  readonly poolSize: number
}

const START_MS = 10_000

/** The PgBouncer of this machine, in transaction mode, in front of one database. Rejects when there is none. */
export async function startPgBouncer({ databaseUrl, poolSize }: PgBouncerOptions): Promise<PgBouncer> {
  const target = new URL(databaseUrl)
  const dir = await mkdtemp(join(tmpdir(), 'pgbouncer-'))
  // It refuses to run as root, and reads these files as somebody else then.
  const user = await serviceUser()
  const port = await freePort(0)
  const name = target.pathname.slice(1)
  await chmod(dir, 0o755)
  await writeFile(join(dir, 'users.txt'), `"${target.username}" "${decodeURIComponent(target.password)}"\n`)
  await writeFile(
    join(dir, 'pgbouncer.ini'),
    `[databases]
${name} = host=${target.hostname} port=${target.port || 5432} dbname=${name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${join(dir, 'users.txt')}
pool_mode = transaction
default_pool_size = ${poolSize}
ignore_startup_parameters = extra_float_digits
`,
  )
  const server = spawn('pgbouncer', ['-q', join(dir, 'pgbouncer.ini')], {
    stdio: 'ignore',
    ...(user && { uid: user.uid, gid: user.gid, cwd: '/' }),
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  try {
    await once(server, 'spawn')
    await untilAnswering(url.href, () => server.exitCode)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: url.href, stop }

  async function stop() {
    if (server.pid !== undefined && server.exitCode === null) {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
    await rm(dir, { recursive: true, force: true })
  }
}

async function untilAnswering(url: string, exitCode: () => number | null): Promise<void> {
  const sql = postgres(url, { max: 1, prepare: false, backoff: () => 0.05, onnotice: () => {} })
  try {
    for (const until = Date.now() + START_MS; ; ) {
      try {
        await sql`select 1`
        return
      } catch (error) {
        if (exitCode() !== null || Date.now() > until) throw error
      }
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}
