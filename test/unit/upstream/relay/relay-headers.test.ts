import { expect, test } from '@jest/globals'
import {
  relayRequestHeaders,
  relayResponseHeaders,
  relayUpgradeHeaders,
} from '../../../../src/upstream/relay/relay-headers.ts'

test("an upstream sees our key and none of the client's credentials, cookies or hops", () => {
  const client = {
    authorization: 'Bearer sk-client',
    'x-api-key': 'sk-client',
    'api-key': 'sk-client',
    'x-goog-api-key': 'sk-client',
    'x-litellm-api-key': 'sk-client',
    cookie: 'session=1',
    host: 'gateway',
    connection: 'keep-alive, accept-language',
    'keep-alive': '5',
    'proxy-authorization': 'Basic x',
    te: 'trailers',
    'transfer-encoding': 'chunked',
    expect: '100-continue',
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-host': 'evil',
    forwarded: 'for=1',
    'openai-organization': 'org-of-the-client',
    'x-goog-user-project': 'project-of-the-client',
    'x-amz-security-token': 'token',
    'x-http-method-override': 'DELETE',
    'accept-encoding': 'gzip',
    'accept-language': 'de',
    'content-type': 'application/json',
    'anthropic-beta': 'files-api-2025-04-14',
    'x-stainless-lang': 'js',
  }
  expect(relayRequestHeaders(client, { authorization: 'Bearer sk-ours' })).toEqual({
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'anthropic-beta': 'files-api-2025-04-14',
    'x-stainless-lang': 'js',
    authorization: 'Bearer sk-ours',
  })
})

test('a client sees no cookies, no addresses and nothing about the account behind our key', () => {
  const upstream = {
    'set-cookie': ['a=1'],
    location: 'https://elsewhere',
    connection: 'keep-alive, x-request-id',
    'transfer-encoding': 'chunked',
    'openai-organization': 'org-ours',
    'openai-project': 'proj-ours',
    'access-control-allow-origin': '*',
    server: 'x',
    'x-request-id': 'named by Connection',
    'content-type': 'application/json',
    'x-ratelimit-remaining-tokens': '5',
    'content-disposition': 'attachment',
  }
  expect(relayResponseHeaders(upstream)).toEqual({
    'content-type': 'application/json',
    'x-ratelimit-remaining-tokens': '5',
    'content-disposition': 'attachment',
  })
})

test('a key that hides in a WebSocket protocol stays here, and compression is not offered', () => {
  const client = {
    upgrade: 'websocket',
    connection: 'keep-alive, Upgrade',
    'sec-websocket-key': 'k',
    'sec-websocket-version': '13',
    'sec-websocket-extensions': 'permessage-deflate',
    'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-client, openai-beta.realtime-v1',
  }
  expect(relayUpgradeHeaders(client, { authorization: 'Bearer sk-ours' })).toEqual({
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'k',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'realtime, openai-beta.realtime-v1',
    authorization: 'Bearer sk-ours',
  })
})
