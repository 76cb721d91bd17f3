import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import express from 'express'
import { getContext, litellmAuth, litellmErrors, litellmSpend } from 'express-litellm'

const app = express()

app.post('/v1/chat/completions', litellmAuth({ aliases: false }), litellmSpend(), async (req, res) => {
  const { call } = getContext(req)
  const answer = await fetch('http://llama.internal:8080/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...call!.json, stream_options: call!.stream ? { include_usage: true } : undefined }),
  })
  res.status(answer.status).type(answer.headers.get('content-type') ?? 'json')
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), res) // usage is read as the bytes go by
})
app.use(litellmErrors())
app.listen(4000)
