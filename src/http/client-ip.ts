import type { IncomingMessage } from 'node:http'
import type { ClientSettings } from './client-settings.ts'

type Request = Pick<IncomingMessage, 'headers' | 'socket'> & { readonly ip?: string }

/** The address of the client: that of the connection, or what Express makes of it, unless proxies before us are to be believed. */
export function clientIpOf(req: Request, { forwardedFor }: ClientSettings): string | undefined {
  const forwarded = forwardedFor ? firstOf(req.headers['x-forwarded-for']) : ''
  return forwarded || (req.ip ?? req.socket?.remoteAddress)
}

function firstOf(header: string | readonly string[] | undefined): string {
  const text = typeof header === 'string' ? header : (header?.[0] ?? '')
  return text.split(',', 1)[0]!.trim()
}
