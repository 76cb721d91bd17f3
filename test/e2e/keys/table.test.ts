import { createHash } from 'node:crypto'
import { type IncomingHttpHeaders, request as send } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ERROR_TABLE } from '../../../src/error-table.ts'
import type { GatewayEventMap } from '../../../src/index.ts'
import { MASTER_KEY } from '../../support/app.ts'
import { CASES, type Case } from './cases.ts'
import { type House, openHouse } from './support.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
  await house.sql`
    insert into "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", spend)
    values ('earlier', 'acompletion', now(), now(), 7)`
})

afterAll(() => house.close())

test('there are at least 150 cases, each with a name of its own', () => {
  const names = Object.entries(CASES).flatMap(([group, cases]) => cases.map(({ name }) => `${group}: ${name}`))
  expect(names.length).toBeGreaterThanOrEqual(150)
  expect(new Set(names).size).toBe(names.length)
})

let count = 0

describe.each(Object.entries(CASES))('%s', (_group, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const id = `${++count}`
    const { secret, hash } = await house.put(id, filled(one.rows, { id }))
    await replaceIfAsked(one, hash, id)
    const names = { id, hash, secret, last4: secret.slice(-4) }
    const { status, body } = await ask(filled(one, names))
    if (one.expected === 200) return expect([status, body.error]).toEqual([200, undefined])
    const [expected, type, param, message] = one.expected
    const words =
      typeof message === 'string'
        ? fill(message, names)
        : expect.stringMatching(new RegExp(fill(message.source, names)))
    if (type === 'detail') return expect([status, body]).toEqual([expected, { detail: words }])
    expect([status, body]).toEqual([
      expected,
      {
        error: {
          message: words,
          type,
          param: param === null ? null : fill(param, names),
          code: String(expected),
        },
      },
    ])
  })
})

/** What report mode refuses, too: who nobody knows, what cannot be read, and what no deployment serves. */
const REFUSED_IN_REPORT = new Set([
  'allowed_ips before the key',
  'a model that does not exist',
  'a replaced key after its time of grace',
  'api_base that is no URL, where it is allowed',
])
/** Management looks after itself: what is told of it is also refused, by its own handlers. */
const MANAGEMENT = /^\/(key|team|user|spend)\//

describe.each(Object.entries(CASES))('%s, in report mode', (group, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const id = `${++count}`
    // Those that have a name in the request are there from the case before.
    await house.sql`delete from "LiteLLM_UserTable"`
    const { secret, hash } = await house.put(id, filled(one.rows, { id }))
    await replaceIfAsked(one, hash, id)
    const names = { id, hash, secret, last4: secret.slice(-4) }
    const settings = { ...one.settings, options: { ...one.settings?.options, mode: 'report' } } as const
    const asked = filled({ ...one, settings }, names)
    const { events } = await house.gateway(asked.settings)
    const told: Told[] = []
    const listen = (report: Told) => told.push(report)
    events.on('key:report', listen)
    const { status, headers } = await ask(asked)
    events.off('key:report', listen)
    const codes = told.length > 0 ? [...new Set(told.map(({ code }) => code))].join(', ') : undefined
    expect(headers['x-litellm-would-refuse']).toBe(codes)
    if (one.expected === 200) return expect([status, told]).toEqual([200, []])
    if (group === 'credentials' || REFUSED_IN_REPORT.has(one.name)) return expect(told).toEqual([])
    const { code, message = ERROR_TABLE[code].message } = told[0]!
    const [, , , expected] = one.expected
    if (typeof expected === 'string') expect(message).toBe(fill(expected, names))
    else expect(message).toMatch(new RegExp(fill(expected.source, names)))
    if (!MANAGEMENT.test(one.ask.path ?? '')) expect(status).toBe(200)
  })
})

type Told = GatewayEventMap['key:report'][0]

async function ask({ ask: asked, settings }: Case) {
  const { method = 'POST', path = '/v1/chat/completions', body = {}, master } = asked
  const url = (await house.url(settings)) + path
  const headers = master ? { authorization: `Bearer ${MASTER_KEY}` } : asked.headers
  const text = JSON.stringify({ model: 'gpt-4o', messages: [], max_tokens: 10, ...body })
  return await new Promise<{ status: number; body: any; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const req = send(url, { method, headers: { 'content-type': 'application/json' } }, (res) => {
      let answer = ''
      res.setEncoding('utf8')
      res.on('data', (chunk) => (answer += chunk))
      res.on('end', () => resolve({ status: res.statusCode!, body: JSON.parse(answer), headers: res.headers }))
    })
    req.on('error', reject)
    for (const [name, value] of Object.entries(headers ?? {})) req.setHeader(name, value as string | string[])
    req.end(method === 'GET' ? undefined : text)
  })
}

/** A case of a replaced key: the row gets another token, and the one that is sent stands among the replaced. */
async function replaceIfAsked({ rows }: Case, hash: string, id: string): Promise<void> {
  const { replaced_until: until } = (rows.key?.metadata ?? {}) as { replaced_until?: string }
  if (!until) return
  const successor = createHash('sha256').update(id).digest('hex')
  await house.sql`update "LiteLLM_VerificationToken" set token = ${successor} where token = ${hash}`
  await house.sql`
    insert into "LiteLLM_DeprecatedVerificationToken" (id, token, active_token_id, revoke_at)
    values (${id}, ${hash}, ${successor}, ${until}::timestamptz at time zone 'UTC')`
}

/** `<id>` and the like, wherever a text has them; and the usual header, when the case names none. */
function filled<T>(value: T, names: Readonly<Record<string, string>>): T {
  const json = JSON.stringify(value, (_name, part) => (part instanceof RegExp ? undefined : part))
  const copy = JSON.parse(fill(json, names))
  if (copy.ask && !copy.ask.headers) copy.ask.headers = { authorization: `Bearer ${names.secret}` }
  return copy
}

function fill(text: string, names: Readonly<Record<string, string>>): string {
  return text.replace(/<(id|hash|secret|last4)>/g, (whole, name: string) => names[name] ?? whole)
}
