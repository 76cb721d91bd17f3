import { parentPort } from 'node:worker_threads'
import { tokenize } from './tokenizer.ts'

// A thread of its own: it answers each text with its number of tokens.
parentPort?.on('message', async ({ id, text }: { readonly id: number; readonly text: string }) => {
  parentPort?.postMessage({ id, tokens: await tokenize(text) })
})
