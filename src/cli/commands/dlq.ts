import { readSchema } from '../../database/schema.ts'
import { ConfigError } from '../../errors.ts'
import { type DeadLetterInfo, type DeadLetterStore, DeadLetters } from '../../ledger/journal/dead-letters.ts'
import { deadLettersDir } from '../../ledger/journal/open-journal.ts'
import { readSpendRecord } from '../../ledger/record/spend-record.ts'
import { createLedgerWriter } from '../../ledger/write/ledger-writer.ts'
import { verdictOf } from '../../ledger/write/verdict.ts'
import { messageOf } from '../../lib/message-of.ts'
import { type OutboxLetters, outboxLetters, tableLetters } from '../../signals/outbox/outbox-letters.ts'
import { createProgress } from '../output.ts'
import type { Program, Surroundings } from '../postgres/program.ts'
import { stopSignal } from '../serve/stop-signals.ts'
import { type DatabaseArguments, withDatabase } from './with-database.ts'

export interface DlqArguments extends DatabaseArguments {
  readonly action: 'list' | 'show' | 'replay' | 'purge'
  readonly ids: readonly string[]
  readonly all: boolean
  /** Directory of the journal. Default: that of the config. */
  readonly journal?: string
}

/**
 * Works on the calls that the database has refused, and on those that callbacks have, also while a gateway runs on the
 * same journal. The id of a callback's letter begins with its name: `langfuse/000000000000001-0a1b2c3d`.
 */
export async function dlq(args: DlqArguments, program: Program, around: Surroundings): Promise<number> {
  if (args.journal !== undefined) return await act(await journalLetters(args.journal))
  const { journal, durability } = program.resolveOptions({ config: args.config }, around.env, around.cwd)
  const letters = await journalLetters(journal.dir)
  if (durability !== 'sync') return await act(letters)
  return await withDatabase(args, program, around, async (sql) =>
    act([...letters, ...(await lettersIn(tableLetters(sql)))]),
  )

  async function act(letters: readonly Letter[]): Promise<number> {
    return await ACTIONS[args.action](choose(letters, args), { args, program, around })
  }
}

/** A dead letter, and who has refused it. */
interface Letter extends DeadLetterInfo {
  /** Under which it is listed and asked for. */
  readonly name: string
  readonly store: DeadLetterStore
  /** Of a callback: lets it be told again. Absent: the database has refused it. */
  readonly repeat?: OutboxLetters['repeat']
}

interface Context {
  readonly args: DlqArguments
  readonly program: Program
  readonly around: Surroundings
}

type Action = (chosen: readonly Letter[], context: Context) => Promise<number>

const ACTIONS: { readonly [Name in DlqArguments['action']]: Action } = { list, show, replay, purge }

async function journalLetters(dir: string): Promise<readonly Letter[]> {
  const store = new DeadLetters(deadLettersDir(dir))
  const ofCalls = (await store.list()).map((info): Letter => ({ ...info, name: info.id, store }))
  return [...ofCalls, ...(await lettersIn(outboxLetters(dir)))]
}

async function lettersIn(outboxes: Promise<readonly OutboxLetters[]>): Promise<readonly Letter[]> {
  const found = (await outboxes).map(async ({ callback, letters, repeat }) =>
    (await letters.list()).map((info): Letter => ({ ...info, name: `${callback}/${info.id}`, store: letters, repeat })),
  )
  return (await Promise.all(found)).flat()
}

function choose(found: readonly Letter[], { action, ids, all }: DlqArguments): readonly Letter[] {
  if (action === 'list' || all) return found
  if (ids.length === 0) throw new ConfigError(`Say which: express-litellm dlq ${action} <id>, or --all.`)
  const unknown = ids.find((id) => !found.some(({ name }) => name === id))
  if (unknown !== undefined) throw new ConfigError(`There is no dead letter ${unknown}. See: express-litellm dlq list`)
  return found.filter(({ name }) => ids.includes(name))
}

async function list(chosen: readonly Letter[], { around }: Context): Promise<number> {
  if (chosen.length === 0) around.print('There are no dead letters.')
  for (const { name, appendedAt, sqlstate = '-', reason } of chosen) {
    around.print(`${name}  ${new Date(appendedAt).toISOString()}  ${sqlstate}  ${reason}`)
  }
  return 0
}

async function show(chosen: readonly Letter[], { around }: Context): Promise<number> {
  for (const { name, id, corrupt, store } of chosen) {
    const letter = corrupt ? undefined : await store.get(id)
    if (letter) around.print(shown(letter.payload.toString()))
    else around.warn(`${name} is damaged`)
  }
  return 0
}

async function purge(chosen: readonly Letter[], { around }: Context): Promise<number> {
  for (const { id, store } of chosen) await store.remove(id)
  around.print(`${chosen.length} dead letters are gone`)
  return 0
}

async function replay(chosen: readonly Letter[], context: Context): Promise<number> {
  const ofCalls = chosen.filter(({ repeat }) => repeat === undefined)
  const ofCallbacks = chosen.filter(({ repeat }) => repeat !== undefined)
  if (ofCallbacks.length > 0) await tellAgain(ofCallbacks, context)
  return ofCalls.length > 0 || ofCallbacks.length === 0 ? await writeAgain(ofCalls, context) : 0
}

async function tellAgain(chosen: readonly Letter[], { around }: Context): Promise<void> {
  let waiting = 0
  for (const { name, id, repeat } of chosen) {
    if (await repeat?.(id)) waiting++
    else around.warn(`${name} is damaged`)
  }
  around.print(`${waiting} of ${chosen.length} deliveries wait to be told again`)
}

/** A letter may be one because it is no record. */
function shown(payload: string): string {
  try {
    return readSpendRecord(payload).text
  } catch {
    return payload
  }
}

/** A letter goes when its call is written; writing it twice charges it once. So this can be stopped anywhere. */
async function writeAgain(chosen: readonly Letter[], context: Context): Promise<number> {
  const { args, program, around } = context
  const signal = stopSignal(around)
  return await withDatabase(args, program, around, async (sql, { spend }) => {
    const write = createLedgerWriter({ ...spend, sql, schema: () => readSchema(sql) })
    const progress = createProgress(around)
    let written = 0
    for (const [done, { id, store: letters }] of chosen.entries()) {
      if (signal.aborted) break
      progress.step(done, chosen.length, id)
      try {
        const letter = await letters.get(id)
        if (!letter) continue
        await write([readSpendRecord(letter.payload.toString())])
        await letters.remove(id)
        written++
      } catch (error) {
        if (isLastingOutage(error))
          throw new ConfigError(`The database cannot be written to now: ${messageOf(error)}.`, { cause: error })
        progress.end()
        around.warn(`${id} stays: ${messageOf(error)}`)
      }
    }
    progress.end()
    around.print(`${written} of ${chosen.length} dead letters are written`)
    if (signal.aborted) around.warn('Interrupted. Go on with the same command: what is written is not there any more')
    return written === chosen.length ? 0 : 1
  })
}

/** Not the letter's own fault: the next would fail as well. */
function isLastingOutage(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return !(error instanceof SyntaxError) && code !== 'corrupt' && verdictOf(error) === 'transient'
}
