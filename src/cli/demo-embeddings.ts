import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

interface EmbeddingsBody {
  readonly model?: string
  readonly input?: unknown
  readonly encoding_format?: string
}

/** As many as `text-embedding-3-small` has. */
const DIMENSIONS = 1536
const VECTOR = Float32Array.from({ length: DIMENSIONS }, (_, index) => Math.sin(index + 1))

/**
 * `POST /v1/embeddings` of the demo upstream: the same vector for every text, as numbers or base64, with usage. The
 * mock's own answer always says that no token was used.
 */
export async function answerEmbeddings(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const body = await json(req).then(
    (value) => value as EmbeddingsBody,
    () => undefined,
  )
  if (body?.input === undefined) return send(res, 400, { error: { message: "'input' is missing", code: null } })
  const texts = Array.isArray(body.input) ? body.input : [body.input]
  const embedding = body.encoding_format === 'base64' ? Buffer.from(VECTOR.buffer).toString('base64') : [...VECTOR]
  const tokens = texts.reduce<number>((sum, text) => sum + Math.ceil(String(text).length / 4), 0)
  return send(res, 200, {
    object: 'list',
    model: body.model,
    data: texts.map((_, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
}

function send(res: ServerResponse, status: number, body: object): true {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  return true
}
