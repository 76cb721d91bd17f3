import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerError, toLiteLLMError } from '../../call/answer/answer.ts'
import { targetPath } from '../../call/request/request-facts.ts'
import { ConfigError, isLiteLLMError, LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import { createClosers } from '../../lib/closers.ts'
import { isTrue } from '../../lib/environment.ts'
import { messageOf } from '../../lib/message-of.ts'
import { logEvents, logUnpricedModels } from '../../signals/log/log-events.ts'
import { createLineLogger, type Logger, levelNamed } from '../../signals/log/logger.ts'
import type { ServeArguments } from '../arguments.ts'
import { jsonLines, wantsJson } from '../output.ts'
import type { Program, ServeSettings, Surroundings } from '../postgres/program.ts'
import { type HttpServer, startHttpServer } from './http-server.ts'
import { migrateAtStart } from './migrate-at-start.ts'
import { reportReplay } from './report-replay.ts'
import { reportUnserved } from './report-unserved.ts'
import { makePlan, type ServePlan, settingsOf } from './serve-plan.ts'
import { shutDown } from './shut-down.ts'
import { readStoredConfig } from './stored-config.ts'
import { commandOf, welcomeText } from './welcome.ts'
import { dashboardPath } from './with-dashboard.ts'
import { serveWithWorkers } from './workers.ts'

const READY_MS = 10_000
const POLL_MS = 50

/**
 * Serves, with as many processes as the operator wants, until `stopRequested`, then lets calls end, writes every spend
 * log, and stops what it started, in that order. Resolves with the exit code. Throws ConfigError when it cannot start;
 * what was started by then is stopped.
 */
export async function serve(args: ServeArguments, program: Program, surroundings: Surroundings): Promise<number> {
  const { startWorker } = surroundings
  const workers = startWorker ? settingsOf(args, program, surroundings).workers : 1
  if (startWorker && workers > 1) return await serveWithWorkers(workers, startWorker, surroundings)
  return await serveAlone(args, program, surroundings)
}

async function serveAlone(args: ServeArguments, program: Program, surroundings: Surroundings): Promise<number> {
  let isJson = wantsJson(surroundings.env)
  const speaking = surroundings.worker?.isFirst === false ? withoutWelcome(surroundings) : surroundings
  let around = isJson ? jsonLines(speaking) : speaking
  const closers = createClosers()
  try {
    const plan = await makePlan(args, program, around, closers)
    if (plan.settings.settings.litellm?.jsonLogs && !isJson) {
      isJson = true
      around = jsonLines(speaking)
    }
    const logger = loggerOf(args, plan.settings, surroundings, isJson)
    const migration = await migrateAtStart(args, plan.settings, program, around)
    const gateway = await createGateway(plan, program, around)
    migration.later(gateway)
    closers.add(() => gateway.close({ timeoutMs: 0 }))
    joinMetrics(gateway, around)
    logUnpricedModels(gateway.events, logger)
    // One sentence is enough for a database that is required and away.
    await untilReady(gateway, plan.settings)
    logEvents(gateway.events, logger, plan.settings)
    // It holds nothing up, and has let go of its connection before the end.
    const unserved = reportUnserved(plan.settings, around)
    closers.add(() => unserved)
    const middleware = program.createMiddleware(reloadingAll(gateway, around), {
      dashboard: wantsDashboard(around.env),
    })
    const onFault = (error: unknown) => gateway.events.tell('fault', { error, where: 'serve' })
    const listener = toRequestListener(middleware, onFault, middleware.methodsOf)
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
        database: plan.localDatabase,
        showsSecrets: args.showsSecrets,
        command: commandOf(around.env),
        dashboard: wantsDashboard(around.env) ? dashboardPath(gateway) : undefined,
        demoUpstream: plan.demoUpstream,
        modelGroups: gateway.router.modelGroups(),
      }),
    )
    for (const note of plan.notes) around.warn(note)
    around.onReload?.(() => void reload(gateway, around))
    around.worker?.ready()
    await around.stopRequested
    return await shutDown(gateway, server, plan.settings, around)
  } finally {
    await closers.closeAll()
  }
}

/** What is stored in the database must not keep a gateway from starting: then it is told, and what the file says holds alone. */
async function createGateway(plan: ServePlan, program: Program, around: Surroundings): Promise<Gateway> {
  const stored = await readStoredConfig(plan, around)
  try {
    return program.createGateway(plan.optionsNow, stored)
  } catch (error) {
    if (!stored || !(error instanceof ConfigError)) throw error
    const gateway = program.createGateway(plan.optionsNow)
    around.warn(`The settings in the database are left out. ${messageOf(error)}`)
    return gateway
  }
}

/** Who asks one worker over HTTP to read its configuration again asks all. */
function reloadingAll(gateway: Gateway, { worker }: Surroundings): Gateway {
  const { reload } = gateway
  if (!worker || !reload) return gateway
  return {
    ...gateway,
    async reload() {
      const report = await reload()
      worker.reloadOthers()
      return report
    },
  }
}

/** Each worker tells the numbers of all. */
function joinMetrics({ metrics }: Gateway, { worker }: Surroundings): void {
  if (metrics && worker) metrics.joinWith(worker.joinMetrics(() => metrics.values()))
}

/** What the first of several workers has said already. */
function withoutWelcome(surroundings: Surroundings): Surroundings {
  return { ...surroundings, print: () => {} }
}

/** `--debug` and `set_verbose` are louder than `LITELLM_LOG`. Lines go where the command speaks. */
function loggerOf(
  { debug }: ServeArguments,
  { settings }: ServeSettings,
  { env, print, warn }: Surroundings,
  json: boolean,
): Logger {
  const named = levelNamed(env.LITELLM_LOG || 'info')
  if (!named)
    throw new ConfigError(`LITELLM_LOG must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not "${env.LITELLM_LOG}".`)
  const level = debug || settings.litellm?.setVerbose ? 'debug' : named
  return createLineLogger({ level, json, print, warn })
}

/** What a SIGHUP asks for. The old configuration stays where the new one cannot be used. */
async function reload(gateway: Gateway, { print, warn }: Surroundings): Promise<void> {
  try {
    const report = await gateway.reload?.()
    if (!report) return
    print(`The configuration was read again: ${report.models} ${report.models === 1 ? 'model' : 'models'}`)
    if (report.needsRestart.length > 0) warn(`Changed, and acted on after a restart: ${report.needsRestart.join(', ')}`)
  } catch (error) {
    warn(`The configuration was not taken, the old one stays. ${messageOf(error)}`)
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

function wantsDashboard({ DISABLE_ADMIN_UI: disabled }: Surroundings['env']): boolean {
  return !isTrue(disabled)
}

type Next = (error?: unknown) => void
type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => unknown
/** By which methods the gateway answers a path. */
type MethodsOf = (path: string) => readonly string[]

/** A middleware as the whole application: what it passes on ends in an error of the client's shape. */
export function toRequestListener(
  middleware: Middleware,
  onFault: (error: unknown) => void,
  methodsOf: MethodsOf = () => [],
): RequestListener {
  return function gatewayListener(req, res) {
    const next: Next = (error) => answer(error ?? unanswered(req, methodsOf), req, res, onFault)
    void Promise.resolve()
      .then(() => middleware(req, res, next))
      .catch(next)
  }
}

/** As FastAPI answers for LiteLLM. */
function unanswered({ url = '/' }: IncomingMessage, methodsOf: MethodsOf): LiteLLMError {
  const allowed = methodsOf(targetPath(url))
  if (allowed.length === 0) return new LiteLLMError('not_found', { message: 'Not Found', form: 'detail' })
  return new LiteLLMError('method_not_allowed', { form: 'detail', headers: { allow: allowed.join(', ') } })
}

function answer(problem: unknown, req: IncomingMessage, res: ServerResponse, onFault: (error: unknown) => void) {
  if (!isLiteLLMError(problem)) onFault(problem)
  answerError(req, res, toLiteLLMError(problem))
}
