import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const PAGE = new URL('./page/', import.meta.url)
const COPIED = ['index.html', 'page.css', 'icon.svg']
/** What a browser loads in all, compressed. */
const MAX_GZIP_BYTES = 150_000

/** Builds the dashboard's page into the folder `to`: one script, one style sheet, one document. */
export async function buildDashboard(to: URL): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  await build({
    entryPoints: [new URL('page.tsx', PAGE).pathname],
    outfile: new URL('page.js', to).pathname,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  })
  for (const name of COPIED) await copyFile(new URL(name, PAGE), new URL(name, to))
  const sizes = await Promise.all(
    ['page.js', ...COPIED].map(async (name) => gzipSync(await readFile(new URL(name, to))).length),
  )
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0)
  if (total > MAX_GZIP_BYTES)
    throw new Error(`The dashboard has ${total} bytes compressed, ${MAX_GZIP_BYTES} are allowed.`)
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  await buildDashboard(folder ? pathToFileURL(`${resolve(folder)}/`) : new URL('./page/built/', import.meta.url))
}
