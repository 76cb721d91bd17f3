/*
 * Checks the package as users get it: packs it, looks at the tarball, installs it into an ESM, a CommonJS and a
 * TypeScript project, and uses every public name there. `npm run check:package`.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Project, projects } from './projects.ts'
import { entryPoints } from './public-names.ts'

const ROOT = new URL('../../', import.meta.url)
const ROOT_PATH = fileURLToPath(ROOT)
/** What may be in the tarball. */
const PACKED =
  /^(dist\/.*\.(js|d\.ts)|dist\/dashboard\/page\/built\/.*|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/
/** What the dashboard serves. */
const BUILT = ['index.html', 'page.js', 'page.css', 'icon.svg'].map((name) => `dist/dashboard/page/built/${name}`)

const folder = mkdtempSync(join(tmpdir(), 'express-litellm-package-'))
try {
  const manifest = readJson(ROOT_PATH, 'package.json')
  const tarball = pack()
  // Less one rule: that require() of this package loads an ES module is meant so, and works on every Node that "engines"
  // names. The `esm-only` profile would not look at CommonJS consumers at all.
  tool('attw', tarball, '--profile', 'strict', '--ignore-rules', 'cjs-resolves-to-esm')
  tool('publint', tarball, '--strict')
  for (const project of projects(entryPoints(ROOT, manifest), manifest.version)) tryOut(project, tarball)
  console.log('The package is fine')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function pack(): string {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: ROOT_PATH,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // What the build prints comes before.
  const [packed] = JSON.parse(output.slice(output.indexOf('[\n'))) as [{ filename: string; files: { path: string }[] }]
  const paths = packed.files.map(({ path }) => path)
  const strangers = paths.filter((path) => !PACKED.test(path))
  const missing = BUILT.filter((path) => !paths.includes(path))
  if (missing.length > 0) throw new Error(`The tarball lacks ${missing.join(', ')}: build first`)
  if (strangers.length > 0) throw new Error(`The tarball has files that nobody needs: ${strangers.join(', ')}`)
  return join(folder, packed.filename)
}

function tool(name: string, ...args: string[]) {
  console.log(`${name} ${args.slice(1).join(' ')}`)
  execFileSync(join(ROOT_PATH, 'node_modules', '.bin', name), args, { cwd: ROOT_PATH, stdio: 'inherit' })
}

function tryOut(project: Project, tarball: string) {
  console.log(`A project of kind ${project.name}`)
  const cwd = join(folder, project.name)
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, ...project.manifest }))
  const others = project.uses.map(
    (name) => `${name}@${readJson(ROOT_PATH, 'node_modules', name, 'package.json').version}`,
  )
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error']
  execFileSync('npm', ['install', ...quiet, tarball, ...others], { cwd, stdio: 'inherit' })
  for (const [name, content] of Object.entries(project.files)) writeFileSync(join(cwd, name), content)
  for (const args of project.run) execFileSync(process.execPath, args, { cwd, stdio: 'inherit' })
}

function readJson(...path: string[]) {
  return JSON.parse(readFileSync(join(...path), 'utf8'))
}
