import express, { type Express } from 'express'
import { litellmErrors } from '../../src/endpoints/errors.ts'
import { litellmRelay } from '../../src/endpoints/relay/relay.ts'
import type { Gateway } from '../../src/index.ts'
import { createRelay } from '../../src/upstream/relay/relay.ts'
import { cleanups } from './cleanups.ts'

/** Makes an app that relays whatever it is asked to this upstream, which stands for OpenAI (with `/v1`) and Anthropic. */
export function relayingTo(upstreamUrl: string): (gateway: Gateway) => Express {
  const env = {
    OPENAI_API_KEY: 'sk-ours',
    OPENAI_BASE_URL: upstreamUrl,
    ANTHROPIC_API_KEY: 'sk-ours',
    ANTHROPIC_BASE_URL: upstreamUrl.replace('/v1', ''),
  }
  return (gateway) => {
    const transport = createRelay({ timeoutMs: 5_000 })
    cleanups.push(transport.close)
    const relay = litellmRelay({ gateway: { ...gateway, relay: { transport, endpoints: [], env } } })
    return express().use(relay, litellmErrors())
  }
}
