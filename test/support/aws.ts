import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { RecordedRequest } from './upstream.ts'

/** The keys of AWS's own documentation. */
export const AWS_KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/([^/]+)\/([^/]+)\/aws4_request), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

/**
 * Who signed a request, where, and for what, computed anew from what arrived, by AWS's description of Signature Version 4.
 * Throws when the signature is not that of these bytes.
 */
export function verifySignature(
  request: Pick<RecordedRequest, 'method' | 'url' | 'headers' | 'body'>,
  secretAccessKey = AWS_KEYS.secretAccessKey,
) {
  const { method, url, headers, body } = request
  const found = AUTHORIZATION.exec(String(headers.authorization))
  if (!found) throw new Error(`not signed: ${headers.authorization}`)
  const [, accessKeyId, scope, region, service, signedHeaders, signature] = found as unknown as string[]
  const names = signedHeaders!.split(';')
  const [path = '', query = ''] = url.split('?')
  const canonical = [
    method,
    // S3 takes the path as it was sent; all others escape it once more.
    service === 's3' ? path : path.split('/').map(escaped).join('/'),
    [...new URLSearchParams(query)]
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n')
  const date = String(headers['x-amz-date'])
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const key = scope!.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`)
  if (hmac(key, text).toString('hex') !== signature) throw new Error('the signature is not that of this request')
  for (const name of ['host', 'x-amz-date']) if (!names.includes(name)) throw new Error(`${name} is not signed`)
  if (Math.abs(Date.now() - timeOf(date)) > 300_000) throw new Error(`signed at ${date}`)
  return { accessKeyId, region, service, signed: names }
}

/** One message of an AWS event stream. Header values are strings. */
export function eventStreamMessage(headers: Readonly<Record<string, string>>, payload: object): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => headerOf(name, value)))
  const body = Buffer.from(JSON.stringify(payload))
  const prelude = Buffer.alloc(8)
  prelude.writeUInt32BE(head.length + body.length + 16, 0)
  prelude.writeUInt32BE(head.length, 4)
  const message = Buffer.concat([prelude, checksum(prelude), head, body])
  return Buffer.concat([message, checksum(message)])
}

function headerOf(name: string, value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(value))
  return Buffer.concat([
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([7]),
    length,
    Buffer.from(value),
  ])
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum
}

function timeOf(date: string): number {
  return Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
