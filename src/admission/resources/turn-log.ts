import { setTimeout as sleep } from 'node:timers/promises'
import type { Row, Sql } from 'postgres'
import { codeOf, NOT_CREATED } from '../../database/sqlstates.ts'
import { withDeadline } from '../../database/with-deadline.ts'
import { LiteLLMError } from '../../errors.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import type { Json } from '../../types.ts'
import { object, text } from '../../usage/shapes/reader.ts'
import { type LiteLLMId, litellmIdOf } from './litellm-id.ts'
import type { ResourceOwner } from './resource-owner.ts'
import { findTurns } from './sql/find-turns.ts'

/** One call of a conversation, as its row keeps it. */
export interface StoredTurn {
  readonly request: Json
  readonly response: Json
  readonly owner: ResourceOwner
  /** Texts of it were cut when it was written. */
  readonly isCut: boolean
}

export interface StoredTurns {
  /** Oldest first. */
  readonly turns: readonly StoredTurn[]
  /** The session of the last one, which the next call belongs to. */
  readonly sessionId: string | undefined
}

/** Reads back conversations that rows of the log keep. */
export interface TurnLog {
  /**
   * The turns up to a response. `undefined` where the log does not have it. Throws `bad_request` where it has a part of
   * them, or texts that were cut.
   */
  find(response: LiteLLMId): Promise<StoredTurns | undefined>
  /** One response alone, whole or cut, though earlier ones may be gone. `undefined` as `find`. */
  findOne(response: LiteLLMId): Promise<StoredTurn | undefined>
}

export interface TurnLogOptions {
  readonly sql: Sql
  /** Opens what LiteLLM has sealed into an id. */
  readonly open?: (sealed: string) => string | undefined
  /** What cold storage keeps of a call, by the key in its row. */
  readonly readCold?: (key: string) => Promise<Json | undefined>
  /** Writes the rows, and what is on its way to cold storage, that wait in this process. */
  readonly flush: () => Promise<void>
  /** A database that takes longer is away. */
  readonly timeoutMs?: number
}

/** LiteLLM's: another process may be about to write the row. */
const TRIES = 3
const RETRY_MS = 200
/** More turns than a conversation has. */
const MOST_TURNS = 1_000
/** What stands in the place of a text's middle: LiteLLM's words, which the ledger writes too. */
const CUT = 'litellm_truncated'

/** The log as a memory of conversations: each row says in `previous_response_id` which response it goes on with. */
export function createTurnLog({ sql, open, flush, readCold, timeoutMs = 5_000 }: TurnLogOptions): TurnLog {
  return {
    async find(response) {
      const known = await firstRows(response)
      const last = known && (await wholeRow(known, response))
      if (!last || !isKept(last)) return undefined
      return { turns: await chainOf(last, known), sessionId: text(last.session_id) }
    },
    async findOne(response) {
      const known = await firstRows(response)
      const row = known && (await wholeRow(known, response))
      if (!row || !isKept(row)) return undefined
      return turnOf(row)
    },
  }

  async function firstRows(response: LiteLLMId): Promise<readonly Row[] | undefined> {
    for (let tries = 1; ; tries++) {
      const rows = await rowsOf(response)
      if (rowOf(rows, response)) return rows
      if (tries === TRIES) return undefined
      if (tries === 1) await withTimeout(timeoutMs, flush(), () => undefined)
      else await sleep(RETRY_MS)
    }
  }

  async function rowsOf({ id, callId }: LiteLLMId): Promise<readonly Row[]> {
    try {
      return await withDeadline(findTurns(sql, callId === undefined ? [id] : [id, callId]), timeoutMs)
    } catch (error) {
      if (NOT_CREATED.has(codeOf(error))) return []
      throw error
    }
  }

  async function chainOf(last: Row, known: readonly Row[]): Promise<readonly StoredTurn[]> {
    const turns: StoredTurn[] = []
    let rows = known
    for (let row: Row | undefined = last; row; ) {
      if (turns.length >= MOST_TURNS) throw refusal('goes on with more turns than can be read back')
      const turn = turnOf(row)
      if (turn.isCut) throw refusal(CUT_TEXTS)
      turns.unshift(turn)
      const previous = text(object(json(row.request)).previous_response_id)
      if (previous === undefined) break
      const response = litellmIdOf(previous, open) ?? { id: previous }
      const found: Row | undefined = await wholeRow(rows, response)
      // A client may have gone on in another session.
      if (!found) rows = await rowsOf(response)
      row = found ?? (await wholeRow(rows, response))
      if (!row || !isKept(row)) throw refusal('goes on with an earlier response that is not kept any more')
    }
    return turns
  }

  /** With what cold storage has of it, where the row has nothing itself. */
  async function wholeRow(rows: readonly Row[], response: LiteLLMId): Promise<Row | undefined> {
    const row = rowOf(rows, response)
    if (!row || isKept(row) || !text(row.cold_key)) return row
    let cold = await readCold?.(row.cold_key)
    if (!cold && readCold) {
      // It may wait in this process.
      await withTimeout(timeoutMs, flush(), () => undefined)
      cold = await readCold(row.cold_key)
    }
    return cold ? { ...row, request: cold.proxy_server_request, response: cold.response } : row
  }
}

/** Ids of providers may be given twice; ours are not. */
function rowOf(rows: readonly Row[], { id, callId }: LiteLLMId): Row | undefined {
  const own = callId === undefined ? undefined : rows.find(({ call_id }) => call_id === callId)
  return own ?? (callId === undefined ? rows.find((row) => row.id === id) : undefined)
}

function isKept({ request, response }: Row): boolean {
  return Object.keys(json(request)).length > 0 && Object.keys(json(response)).length > 0
}

export const CUT_TEXTS = 'has texts that were cut in the log (raise `MAX_STRING_LENGTH_PROMPT_IN_DB`)'

function turnOf({ hashed_token, user_id, team_id, ...row }: Row): StoredTurn {
  const [request, response] = [json(row.request), json(row.response)]
  return {
    request,
    response,
    isCut: JSON.stringify([request.input, request.messages, response]).includes(CUT),
    owner: {
      hashedToken: hashed_token ?? undefined,
      userId: user_id ?? undefined,
      teamId: team_id ?? undefined,
    },
  }
}

/** LiteLLM writes objects as text into these columns, too. */
function json(value: unknown): Json {
  if (typeof value !== 'string') return object(value)
  try {
    return object(JSON.parse(value))
  } catch {
    return {}
  }
}

function refusal(why: string): LiteLLMError {
  return new LiteLLMError('bad_request', {
    param: 'previous_response_id',
    message: `The conversation of \`previous_response_id\` ${why}: send the whole conversation as \`input\`.`,
  })
}
