import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { cleanups } from './cleanups.ts'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Head and text, as they came. */
  readonly data: string
}

/** How the server answers the next mail: at its end with a code, not at all, or by cutting the connection. */
type Behaviour = number | 'hang' | 'cut'

export interface SmtpServer {
  readonly port: number
  readonly accepted: readonly ReceivedMail[]
  /** Attempts, whatever became of them. */
  readonly attempts: () => number
  /** Mailboxes that are refused with 550. */
  readonly unknown: Set<string>
  behave(...behaviours: readonly Behaviour[]): void
}

interface SmtpLogin {
  readonly user: string
  readonly password: string
}

/** A mail server on loopback. Strict: commands out of order are answered with 503, and mail without a login with 530. */
export async function startSmtpServer(login: SmtpLogin): Promise<SmtpServer> {
  const accepted: ReceivedMail[] = []
  const planned: Behaviour[] = []
  const unknown = new Set<string>()
  const sockets = new Set<Socket>()
  let attempts = 0
  const server = createServer((socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)))
    socket.on('error', () => {})
    serve(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  return {
    port: (server.address() as AddressInfo).port,
    accepted,
    attempts: () => attempts,
    unknown,
    behave: (...behaviours) => void planned.push(...behaviours),
  }

  function serve(socket: Socket): void {
    const say = (line: string) => socket.write(`${line}\r\n`)
    const plain = Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')
    let mail: { from: string; to: string[] } | undefined
    let isKnown = false
    let body: string | undefined
    let rest = ''
    say('220 mail.example.com ESMTP')
    socket.on('data', (chunk) => {
      rest += chunk
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (body === undefined) command(line)
        else if (line === '.') finish()
        else body += `${line.startsWith('..') ? line.slice(1) : line}\n`
      }
    })

    function command(line: string): void {
      const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
      if (/^EHLO /.test(line)) say('250-mail.example.com\r\n250 AUTH PLAIN')
      else if (/^AUTH PLAIN /.test(line)) {
        isKnown = line.slice(11) === plain
        say(isKnown ? '235 welcome' : '535 wrong login')
      } else if (/^QUIT/.test(line)) socket.end('221 bye\r\n')
      else if (/^RSET/.test(line)) say('250 ok')
      else if (!isKnown) say('530 log in first')
      else if (/^MAIL FROM:/.test(line)) {
        mail = { from: address, to: [] }
        say('250 ok')
      } else if (/^RCPT TO:/.test(line) && mail) {
        if (unknown.has(address)) return void say('550 no such mailbox')
        mail.to.push(address)
        say('250 ok')
      } else if (line === 'DATA' && mail && mail.to.length > 0) {
        body = ''
        say('354 go on')
      } else say('503 out of order')
    }

    function finish(): void {
      const received = { ...mail!, data: body! }
      mail = undefined
      body = undefined
      attempts++
      const next = planned.shift() ?? 250
      if (next === 'hang') return
      if (next === 'cut') return void socket.destroy()
      if (next === 250) accepted.push(received)
      say(`${next} ${next === 250 ? 'queued' : 'not now'}`)
    }
  }
}
