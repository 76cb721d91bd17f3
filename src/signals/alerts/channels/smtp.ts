import { ConfigError } from '../../../errors.ts'
import type { Environment } from '../../callbacks/callback.ts'
import { DeliveryError } from '../../outbox/delivery.ts'
import type { SendAlert } from '../alert-sink.ts'
import { mailOf } from './mail-text.ts'

/** How mail is sent, from LiteLLM's variables. */
export interface MailSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte on (`SMTP_USE_SSL`, or port 465). */
  readonly secure: boolean
  /** STARTTLS must succeed (`SMTP_TLS`, on by default). */
  readonly startTls: boolean
  readonly user?: string
  readonly password?: string
  readonly from: string
  readonly timeoutMs: number
  readonly supportContact?: string
  readonly logoUrl?: string
}

export const MAIL_VARIABLES = [
  ...['SMTP_HOST', 'SMTP_SENDER_EMAIL', 'SMTP_PORT', 'SMTP_USERNAME', 'SMTP_PASSWORD', 'SMTP_TLS', 'SMTP_USE_SSL'],
  ...['SMTP_TIMEOUT', 'EMAIL_SUPPORT_CONTACT', 'EMAIL_LOGO_URL', 'SMTP_SENDER_LOGO'],
] as const

/** The first of them that are needed. */
export const NEEDED_MAIL_VARIABLES = MAIL_VARIABLES.slice(0, 2)

/** Throws a ConfigError on a value that is none. Names in `NEEDED_MAIL_VARIABLES` must be there. */
export function mailSettingsOf(env: Environment): MailSettings {
  const port = numberOf(env, 'SMTP_PORT', 587)
  return {
    host: env.SMTP_HOST!,
    port,
    secure: flagOf(env, 'SMTP_USE_SSL', false) || port === 465,
    startTls: flagOf(env, 'SMTP_TLS', true),
    user: env.SMTP_USERNAME || undefined,
    password: env.SMTP_PASSWORD || undefined,
    from: env.SMTP_SENDER_EMAIL!,
    timeoutMs: numberOf(env, 'SMTP_TIMEOUT', 30) * 1_000,
    supportContact: env.EMAIL_SUPPORT_CONTACT || undefined,
    logoUrl: env.SMTP_SENDER_LOGO || env.EMAIL_LOGO_URL || undefined,
  }
}

function numberOf(env: Environment, name: string, usual: number): number {
  const text = env[name]
  const number = text ? Number(text) : usual
  if (!(number > 0)) throw new ConfigError(`${name} must be a number above 0.`)
  return number
}

function flagOf(env: Environment, name: string, usual: boolean): boolean {
  const text = env[name]?.toLowerCase()
  if (!text) return usual
  if (['true', '1', 'yes'].includes(text)) return true
  if (['false', '0', 'no'].includes(text)) return false
  throw new ConfigError(`${name} must be True or False.`)
}

/** What is used of nodemailer's transport. Its own types would be missing where the package is not installed. */
interface Transport {
  sendMail(mail: Readonly<Record<string, unknown>>): Promise<unknown>
}

interface Nodemailer {
  createTransport(options: Readonly<Record<string, unknown>>): Transport
}

const PACKAGE: string = 'nodemailer'

/** Mail by SMTP. */
export function smtp(settings: MailSettings): {
  readonly send: SendAlert
  /** Rejects with a ConfigError when the package is missing. */
  check(): Promise<unknown>
} {
  let opening: Promise<Transport> | undefined
  return { send, check: transport }

  async function send(...[alert, key]: Parameters<SendAlert>): Promise<void> {
    const { sendMail } = await transport().catch((cause: Error) => {
      throw new DeliveryError(cause.message, { cause })
    })
    const head = { from: settings.from, to: alert.emails, messageId: `<${key}@express-litellm>` }
    await sendMail({ ...head, ...mailOf(alert, settings) }).catch((cause: unknown) => {
      throw failureOf(cause, settings.host)
    })
  }

  function transport(): Promise<Transport> {
    opening ??= open(settings).catch((error) => {
      opening = undefined
      throw error
    })
    return opening
  }
}

async function open({
  host,
  port,
  secure,
  startTls,
  user,
  password: pass,
  timeoutMs,
}: MailSettings): Promise<Transport> {
  const nodemailer = await load()
  const transport = nodemailer.createTransport({
    ...{ host, port, secure, requireTLS: startTls && !secure, ignoreTLS: !startTls },
    ...(user === undefined ? {} : { auth: { user, pass } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  })
  return { sendMail: (mail) => transport.sendMail(mail) }
}

async function load(): Promise<Nodemailer> {
  try {
    // Only who sends mail needs this package.
    const module = (await import(PACKAGE)) as Nodemailer & { readonly default?: Nodemailer }
    return module.default ?? module
  } catch (cause) {
    throw new ConfigError('Alerts by e-mail need the package nodemailer: npm install nodemailer', { cause })
  }
}

/** Permanent for this mail: the mailbox is none, or the message is refused. */
const REFUSING: ReadonlySet<unknown> = new Set([550, 551, 552, 553, 554, 501, 555])

/** Its message holds nothing of the mail: a server may quote addresses. */
function failureOf(cause: unknown, host: string): DeliveryError {
  const { responseCode, code, command } = cause as { responseCode?: number; code?: string; command?: string }
  // A server that refuses the sender or the login speaks of the configuration.
  const refused = REFUSING.has(responseCode) && (command === 'RCPT TO' || command === 'DATA')
  const why = [code, responseCode, command && `to ${command}`].filter(Boolean).join(' ')
  return new DeliveryError(`The mail server ${host} has not taken the mail: ${why}`, { isRefused: refused, cause })
}
