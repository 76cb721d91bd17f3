import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import { createClosers } from '../../lib/closers.ts'
import type { ServeArguments } from '../arguments.ts'
import { messageOf } from '../message-of.ts'
import type { Program, ServeSettings, Surroundings } from '../postgres/program.ts'
import { type HttpServer, startHttpServer } from './http-server.ts'
import { migrateAtStart } from './migrate-at-start.ts'
import { reportUnpricedModels } from './report-calls.ts'
import { reportEvents, reportReplay } from './report-events.ts'

import { toRequestListener } from './request-listener.ts'
import { makePlan } from './serve-plan.ts'
import { shutDown } from './shut-down.ts'
import { welcomeText } from './welcome.ts'

const READY_MS = 10_000
const POLL_MS = 50

/**
 * Serves until `stopRequested`, then lets calls end, writes every spend log, and stops what it started, in that order.
 * Resolves with the exit code. Throws ConfigError when it cannot start; what was started by then is stopped.
 */
export async function serve(args: ServeArguments, program: Program, around: Surroundings): Promise<number> {
  const closers = createClosers()
  try {
    const plan = await makePlan(args, program, around, closers)
    const migration = await migrateAtStart(args, plan.settings, program, around)
    const gateway = program.createGateway(plan.options)
    migration.later(gateway)
    closers.add(() => gateway.close({ timeoutMs: 0 }))
    reportUnpricedModels(gateway, around.warn)
    // One sentence is enough for a database that is required and away.
    await untilReady(gateway, plan.settings)
    reportEvents(gateway, around.warn)
    const middleware = program.createMiddleware(gateway)
    const listener = toRequestListener(middleware, (error) => {
      gateway.events.tell('fault', { error, where: 'serve' })
    })
    const host = args.host ?? (plan.localDatabase ? '127.0.0.1' : '0.0.0.0')
    const server = await startHttpServer(listener, {
      port: args.port,
      host,
      upgrade: middleware.upgrade,
      headersTimeoutMs: plan.settings.headersTimeoutMs,
      bodyTimeoutMs: plan.settings.bodyTimeoutMs,
    })
    closers.add(() => {
      server.cut()
      return server.stop()
    })
    await untilHealthy(server, around)
    closers.add(reportReplay(gateway, around))
    around.print(
      welcomeText({
        url: server.url,
        masterKey: plan.madeMasterKey,
        demoKey: plan.localDatabase?.demoKey,
        databaseDir: plan.localDatabase?.dir,
        demoUpstream: plan.demoUpstream,
        modelGroups: gateway.router.modelGroups(),
      }),
    )
    for (const note of plan.notes) around.warn(note)
    await around.stopRequested
    return await shutDown(gateway, server, plan.settings, around)
  } finally {
    await closers.closeAll()
  }
}

async function untilReady(gateway: Gateway, { database }: ServeSettings): Promise<void> {
  if (!database.enabled || !database.isRequired) return
  await gateway.ready().catch((error: unknown) => {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`The database does not answer, and it is required: ${messageOf(error)}.`, { cause: error })
  })
}

/** Not every database is there at once: after a while the gateway serves what it can, and says so. */
async function untilHealthy({ url }: HttpServer, { warn }: Surroundings): Promise<void> {
  for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(POLL_MS)) {
    const answer = await fetch(`${url}/health/readiness`).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.status === 200) return
  }
  warn('The gateway listens, but it is not ready: see GET /health/readiness')
}
