import { readSchema } from '../../database/schema.ts'
import { ConfigError } from '../../errors.ts'
import { type DeadLetterInfo, DeadLetters } from '../../ledger/journal/dead-letters.ts'
import { deadLettersDir } from '../../ledger/journal/open-journal.ts'
import { readSpendRecord } from '../../ledger/record/spend-record.ts'
import { createLedgerWriter } from '../../ledger/write/ledger-writer.ts'
import { verdictOf } from '../../ledger/write/verdict.ts'
import { createProgress, messageOf } from '../output.ts'
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

/** Works on the calls that the database has refused, also while a gateway runs on the same journal. */
export async function dlq(args: DlqArguments, program: Program, around: Surroundings): Promise<number> {
  const dir = args.journal ?? program.resolveOptions({ config: args.config }, around.env, around.cwd).journal.dir
  const letters = new DeadLetters(deadLettersDir(dir))
  const chosen = await choose(letters, args)
  return await ACTIONS[args.action](chosen, letters, { args, program, around })
}

interface Context {
  readonly args: DlqArguments
  readonly program: Program
  readonly around: Surroundings
}

type Action = (chosen: readonly DeadLetterInfo[], letters: DeadLetters, context: Context) => Promise<number>

const ACTIONS: { readonly [Name in DlqArguments['action']]: Action } = { list, show, replay, purge }

async function choose(letters: DeadLetters, { action, ids, all }: DlqArguments): Promise<DeadLetterInfo[]> {
  const found = await letters.list()
  if (action === 'list' || all) return found
  if (ids.length === 0) throw new ConfigError(`Say which: express-litellm dlq ${action} <id>, or --all.`)
  const unknown = ids.find((id) => !found.some((letter) => letter.id === id))
  if (unknown !== undefined) throw new ConfigError(`There is no dead letter ${unknown}. See: express-litellm dlq list`)
  return found.filter(({ id }) => ids.includes(id))
}

async function list(chosen: readonly DeadLetterInfo[], _letters: DeadLetters, { around }: Context): Promise<number> {
  if (chosen.length === 0) around.print('There are no dead letters.')
  for (const { id, appendedAt, sqlstate = '-', reason } of chosen) {
    around.print(`${id}  ${new Date(appendedAt).toISOString()}  ${sqlstate}  ${reason}`)
  }
  return 0
}

async function show(chosen: readonly DeadLetterInfo[], letters: DeadLetters, { around }: Context): Promise<number> {
  for (const { id, corrupt } of chosen) {
    const letter = corrupt ? undefined : await letters.get(id)
    if (letter) around.print(shown(letter.payload.toString()))
    else around.warn(`${id} is damaged`)
  }
  return 0
}

/** A letter may be one because it is no record. */
function shown(payload: string): string {
  try {
    return readSpendRecord(payload).text
  } catch {
    return payload
  }
}

async function purge(chosen: readonly DeadLetterInfo[], letters: DeadLetters, { around }: Context): Promise<number> {
  for (const { id } of chosen) await letters.remove(id)
  around.print(`${chosen.length} dead letters are gone`)
  return 0
}

/** A letter goes when its call is written; writing it twice charges it once. So this can be stopped anywhere. */
async function replay(chosen: readonly DeadLetterInfo[], letters: DeadLetters, context: Context): Promise<number> {
  const { args, program, around } = context
  const signal = stopSignal(around)
  return await withDatabase(args, program, around, async (sql, { spend }) => {
    const write = createLedgerWriter({ ...spend, sql, schema: () => readSchema(sql) })
    const progress = createProgress(around)
    let written = 0
    for (const [done, { id }] of chosen.entries()) {
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
