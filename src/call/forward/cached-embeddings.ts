import type { Flight } from '../../cache/flights.ts'
import type { FoundAnswer, ResponseCache } from '../../cache/response-cache.ts'
import { embeddingOf, type StoredEmbedding } from '../../cache/stored/entry.ts'
import type { Json } from '../../types.ts'
import { object, objects } from '../../usage/shapes/reader.ts'
import type { CapturedAnswer } from '../answer/captured-response.ts'
import { holdResponse } from '../answer/held-response.ts'
import type { LookedUp } from './cached-call.ts'
import { type Served, serveStored } from './stored-answer.ts'

type Known = readonly (StoredEmbedding | undefined)[]

/**
 * Serves a call for embeddings that are all stored. Of one that has some stored only the others are asked for, and its
 * client gets all of them in order; its row has the tokens of those that were asked for.
 */
export function serveEmbeddings(
  cache: ResponseCache,
  served: Served,
  stored: readonly (FoundAnswer | undefined)[],
  flight: Flight | undefined,
): 'served' | 'completed' | 'missing' {
  const known = stored.map((answer) => (answer && !answer.isStale ? embeddingOf(answer) : undefined))
  const missing = known.flatMap((found, index) => (found ? [] : [index]))
  if (missing.length === 0) {
    const answer = answerOf(known, undefined)
    flight?.answered({ answer })
    flight?.end()
    serveStored(served, { answer })
    return 'served'
  }
  if (missing.length === known.length) return 'missing'
  askForMissing(cache, served, known, missing, flight)
  return 'completed'
}

function askForMissing(
  cache: ResponseCache,
  served: Served,
  known: Known,
  missing: readonly number[],
  flight: Flight | undefined,
): void {
  const { req, res, context, lookedUp } = served
  const { call } = lookedUp.asked
  const inputs = (call.json?.input ?? []) as readonly unknown[]
  const json = { ...call.json, input: missing.map((index) => inputs[index]) }
  context.call = { ...(context.call ?? call), json, body: Buffer.from(JSON.stringify(json)) }
  // It has to be read before it goes on.
  delete req.headers['accept-encoding']
  holdResponse(res, (answer) => {
    const asked = answeredIn(answer, missing.length)
    if (!asked) {
      flight?.failed()
      return undefined
    }
    const merged = answerOf(known, asked)
    flight?.answered({ answer: merged })
    void cache.keep(placeOf(lookedUp, missing), asked).then(() => flight?.end())
    return Buffer.from(JSON.stringify(merged))
  })
  // What has been answered by then stays so.
  res.once('close', () => void (context.outcome ?? Promise.resolve()).then(() => flight?.failed()))
}

function answeredIn({ statusCode, body }: CapturedAnswer, count: number): Json | undefined {
  if (statusCode !== 200) return undefined
  try {
    const answer = object(JSON.parse(body.toString('utf8')))
    return objects(answer.data).length === count ? answer : undefined
  } catch {
    return undefined
  }
}

function placeOf({ place }: LookedUp, indexes: readonly number[]): LookedUp['place'] {
  return { ...place, keys: indexes.flatMap((index) => place.keys[index] ?? []) }
}

/** The embeddings that are known, and between them those that were asked for. */
function answerOf(known: Known, asked: Json | undefined): Json {
  const fresh = objects(asked?.data).values()
  const { prompt_tokens: told } = object(asked?.usage)
  const tokens = known.reduce((sum, found) => sum + (found?.promptTokens ?? 0), typeof told === 'number' ? told : 0)
  return {
    object: 'list',
    data: known.map((found, index) => {
      const embedding = found ? found.embedding : fresh.next().value?.embedding
      return { object: 'embedding', index, embedding }
    }),
    model: asked?.model ?? known.find((found) => found?.model !== undefined)?.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}
