import { createReadStream, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
const TEXTS = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt'])

export interface StaticFile {
  readonly path: string
  readonly type: string
  readonly size: number
  /** Changes with the file. */
  readonly etag: string
  readonly isText: boolean
}

/**
 * The files below `folder`, by their path with `/`, as they are now. Only what is in this list can be sent: a path of a
 * request is looked up in it and never joined to a folder. Links are not followed, hidden files are left out.
 */
export function listFolder(folder: string): ReadonlyMap<string, StaticFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith('.'),
  )
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path).replaceAll('\\', '/'), fileAt(path)]
    }),
  )
}

/** Throws where there is no such file. */
export function fileAt(path: string): StaticFile {
  const { size, mtimeMs } = statSync(path)
  const extension = extname(path).toLowerCase()
  const type = TYPES[extension] ?? 'application/octet-stream'
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`
  return { path, type, size, etag, isText: TEXTS.has(extension) }
}

export interface SendOptions {
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  /** What the text of the file becomes on its way. Its etag must tell one outcome from another. */
  readonly rewrite?: { readonly mark: string; text(text: string): string }
}

/** Answers `GET` and `HEAD` with a file, and with 304 where the client has it. Rejects when it cannot be read. */
export async function sendFile(
  req: IncomingMessage,
  res: ServerResponse,
  file: StaticFile,
  { status = 200, headers, rewrite }: SendOptions,
): Promise<void> {
  const rewritten = rewrite && file.isText ? rewrite : undefined
  const etag = rewritten ? `${file.etag.slice(0, -1)}-${rewritten.mark}"` : file.etag
  const head = { ...headers, etag }
  if (status === 200 && req.headers['if-none-match'] === etag) return void res.writeHead(304, head).end()
  const text = rewritten && Buffer.from(rewritten.text(await readFile(file.path, 'utf8')))
  res.writeHead(status, { ...head, 'content-type': file.type, 'content-length': text?.length ?? file.size })
  if (req.method === 'HEAD') return void res.end()
  if (text) return void res.end(text)
  await new Promise<void>((resolve, reject) => {
    const stream = createReadStream(file.path, { end: Math.max(file.size - 1, 0) })
    stream.on('error', reject)
    res.on('close', () => {
      stream.destroy()
      resolve()
    })
    stream.pipe(res)
  })
}
