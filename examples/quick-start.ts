import express from 'express'
import { createLiteLLM, litellm } from 'express-litellm'

const gateway = createLiteLLM({
  databaseUrl: process.env.DATABASE_URL, // the database LiteLLM already uses
  masterKey: process.env.LITELLM_MASTER_KEY,
  config: './config.yaml', // LiteLLM's own; here for `model_list`
})
const app = express()
app.use(litellm({ gateway })) // auth, spend, proxy, error answers
const server = app.listen(4000)
process.once('SIGTERM', () => server.close() && gateway.close()) // calls end, or are cut and settled
