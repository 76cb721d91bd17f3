import express from 'express'
import { litellmAuth, litellmErrors, litellmSpend } from 'express-litellm'
import { createProxyMiddleware } from 'http-proxy-middleware'

const app = express()
const proxy = createProxyMiddleware({
  target: 'https://api.openai.com/v1',
  changeOrigin: true,
  headers: { authorization: `Bearer ${process.env.OPENAI_API_KEY}`, 'accept-encoding': 'identity' },
})

app.use('/v1', litellmAuth({ aliases: false }), litellmSpend(), proxy)
app.use(litellmErrors())
app.listen(4000)
