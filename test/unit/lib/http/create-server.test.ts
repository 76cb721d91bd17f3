import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import connect from 'connect'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import express4 from 'express4'
import { type App, createServer } from '../../../../src/lib/http/create-server.ts'
import { cleanups } from '../../../support/cleanups.ts'

async function listen(server: http.Server): Promise<string> {
  cleanups.push(() => server.close().closeAllConnections())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What a client sees of one answer, without what differs between any two. */
async function seen(url: string, init?: RequestInit) {
  const response = await fetch(url, init)
  const { date, etag, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, text: await response.text() }
}

const FORWARDED = { headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' } }

const CASES: [what: string, build: (make: () => Express, app: Express) => void, path: string, init?: RequestInit][] = [
  ['res.json', (_, app) => app.get('/', (_req, res) => void res.status(201).json({ a: 1 })), '/'],
  [
    'res.send, res.type, res.set',
    (_, app) => app.get('/', (_req, res) => void res.type('txt').set('x-a', 'b').send('c')),
    '/',
  ],
  ['res.redirect', (_, app) => app.get('/', (_req, res) => void res.redirect('/there')), '/', { redirect: 'manual' }],
  [
    'req.ip and req.protocol without trust proxy',
    (_, app) => app.get('/', (req, res) => void res.json([req.ip, req.protocol, req.secure])),
    '/',
    FORWARDED,
  ],
  [
    'req.ip and req.protocol with trust proxy',
    (_, app) => app.set('trust proxy', true).get('/', (req, res) => void res.json([req.ip, req.protocol, req.secure])),
    '/',
    FORWARDED,
  ],
  [
    'req.query, req.params, req.path, req.get',
    (_, app) => app.get('/:id', (req, res) => void res.json([req.query, req.params, req.path, req.get('x-a')])),
    '/7?b=c',
    { headers: { 'x-a': 'd' } },
  ],
  [
    'res.locals and app.locals',
    (_, app) => {
      app.locals.name = 'app'
      app.use((_req, res, next) => {
        res.locals.seen = [Object.getPrototypeOf(res.locals), Object.keys(res.locals)]
        next()
      })
      app.get('/', (_req, res) => void res.json([res.locals.seen, res.app.locals.name]))
    },
    '/',
  ],
  [
    'express.json()',
    (_, app) => app.post('/', express.json(), (req, res) => void res.json(req.body)),
    '/',
    jsonOf({ a: [1] }),
  ],
  [
    'req.app, req.res and res.req',
    (_, app) =>
      app.get('/', (req, res) => void res.json([req.app === app, res.app === app, req.res === res, res.req === req])),
    '/',
  ],
  [
    'req.app, req.baseUrl and settings inside a mounted app, and after it',
    (make, app) => {
      const inner = make()
      const told: unknown[] = []
      inner.on('mount', (parent) => told.push(parent === app))
      inner.set('json spaces', 2).use((req, _res, next) => {
        told.push(req.app === inner, req.baseUrl, req.url)
        next()
      })
      inner.get('/inner', (_req, res) => void res.json({ told }))
      app.use('/sub', inner)
      app.use((req, res) => void res.json([...told, req.app === app, req.baseUrl]))
    },
    '/sub/inner',
  ],
  [
    'req.app after a mounted app has passed',
    (make, app) => {
      app.use('/sub', make())
      app.use((req, res) => void res.json([req.app === app, res.app === app]))
    },
    '/sub',
  ],
  [
    'an error that is thrown',
    (_, app) =>
      app.set('env', 'test').get('/', () => {
        throw Object.assign(new Error('no'), { status: 418, expose: true, stack: 'no' })
      }),
    '/',
  ],
  [
    'an error middleware',
    (_, app) => {
      app.get('/', (_req, _res, next) => next(new Error('lost')))
      app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.status(500).send(error.message)
      })
    },
    '/',
  ],
  ['a route that does not exist', () => {}, '/nowhere'],
  ['the x-powered-by setting', (_, app) => app.disable('x-powered-by').get('/', (_req, res) => void res.end()), '/'],
  [
    'members that the app adds to its request and response',
    (_, app) => {
      Object.assign(app.request, { twice: (n: number) => n * 2 })
      Object.assign(app.response, { shout: 'HEY' })
      app.get(
        '/',
        (req, res) => void res.json([Reflect.apply(Reflect.get(req, 'twice'), req, [4]), Reflect.get(res, 'shout')]),
      )
    },
    '/',
  ],
]

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s behaves as under app.listen()', (_, make) => {
  test.each(CASES)('%s', async (...[, build, path, init]) => {
    const apps = [make(), make()] as [Express, Express]
    for (const app of apps) build(make, app)
    const plain = await listen(http.createServer(apps[0]))
    const ours = await listen(createServer(apps[1]))
    expect(await seen(ours + path, init)).toEqual(await seen(plain + path, init))
  })

  test('objects are born with the prototypes of the app, so that replacing them changes nothing', async () => {
    const app = make()
    app.get('/', (_req, res) => void res.end('ok'))
    const server = createServer(app)
    const born: boolean[] = []
    server.prependListener('request', (req, res) => {
      born.push(Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response)
      born.push(req instanceof http.IncomingMessage, res instanceof http.ServerResponse)
    })
    expect((await seen(await listen(server))).text).toBe('ok')
    expect(born).toEqual([true, true, true, true])
  })

  test('two apps on two servers do not get into each other', async () => {
    const urls = await Promise.all(
      ['a', 'b'].map((name) => {
        const app = make()
        app.set('name', name).get('/', (req, res) => void res.send(req.app.get('name')))
        return listen(createServer(app))
      }),
    )
    expect(await Promise.all(urls.map(async (url) => (await seen(url)).text))).toEqual(['a', 'b'])
  })
})

test.each<[string, App]>([
  ['a plain listener', (_req, res) => void res.end('ok')],
  ['a Connect app', connect().use((_req, res) => void res.end('ok')) as RequestListener],
])('%s gets a plain server', async (_, app) => {
  expect((await seen(await listen(createServer(app)))).text).toBe('ok')
})

test('options of node:http are passed on', () => {
  expect(createServer(express(), { keepAliveTimeout: 1234 }).keepAliveTimeout).toBe(1234)
})

function jsonOf(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
