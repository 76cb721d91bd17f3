import type { EntryPoint } from './public-names.ts'

/** A project of a user: what is in it, and what it runs. */
export interface Project {
  readonly name: string
  readonly manifest: object
  /** Packages besides ours, by name; installed in the versions that we use ourselves. */
  readonly uses: readonly string[]
  readonly files: Readonly<Record<string, string>>
  /** Arguments for Node. */
  readonly run: readonly (readonly string[])[]
}

/** The three kinds of project that install this package. */
export function projects(entries: readonly EntryPoint[], version: string): Project[] {
  const [{ specifier } = { specifier: '' }] = entries
  return [
    {
      name: 'esm',
      manifest: { type: 'module' },
      uses: [],
      files: { 'index.js': esmFile(entries), 'deep.js': deepFile(specifier) },
      run: [['index.js'], ['deep.js'], ['-e', commandCheck(version)]],
    },
    {
      name: 'commonjs',
      manifest: { type: 'commonjs' },
      uses: [],
      files: { 'index.js': commonJsFile(entries) },
      run: [['index.js']],
    },
    {
      name: 'typescript',
      manifest: { type: 'module' },
      uses: ['typescript', '@types/node'],
      files: { 'index.ts': typeScriptFile(entries), 'tsconfig.json': JSON.stringify({ compilerOptions: STRICT }) },
      run: [['node_modules/typescript/bin/tsc', '-p', '.'], ['dist/index.js']],
    },
  ]
}

const STRICT = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  outDir: 'dist',
}

/** Exactly the public names are there, and none is undefined. */
const CHECK = `
function check(specifier, found, names) {
  const seen = Object.keys(found).filter((name) => name !== 'module.exports' && name !== '__esModule').sort()
  if (JSON.stringify(seen) !== JSON.stringify(names)) throw new Error(specifier + ' exports ' + seen + ', not ' + names)
  for (const name of names) if (found[name] === undefined) throw new Error(specifier + ': ' + name + ' is undefined')
}
`

function esmFile(entries: readonly EntryPoint[]): string {
  const lines = entries.map(
    ({ specifier, values }, index) =>
      `import * as entry${index} from '${specifier}'\ncheck('${specifier}', entry${index}, ${JSON.stringify(values)})\n`,
  )
  return CHECK + lines.join('')
}

function commonJsFile(entries: readonly EntryPoint[]): string {
  const lines = entries.map(
    ({ specifier, values }) => `check('${specifier}', require('${specifier}'), ${JSON.stringify(values)})\n`,
  )
  return CHECK + lines.join('')
}

function typeScriptFile(entries: readonly EntryPoint[]): string {
  return entries
    .map(({ specifier, values, types }, index) => {
      const names = [...values, ...types.map((name) => `type ${name}`)]
      const local = names.map((name) => `${name} as ${name.replace(/^type /, '')}${index}`)
      const used = types.map((name) => `export type Used${name}${index} = ${name}${index}\n`).join('')
      return `import { ${local.join(', ')} } from '${specifier}'\n${used}export const values${index} = [${values
        .map((name) => `${name}${index}`)
        .join(', ')}]\n`
    })
    .join('')
}

/** What is not public cannot be reached. */
function deepFile(name: string): string {
  return `import('${name}/dist/create-gateway.js').then(
  () => { throw new Error('${name} lets its inner files be imported') },
  (error) => { if (error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error },
)\n`
}

function commandCheck(version: string): string {
  return `const said = require('node:child_process')
  .execFileSync(process.execPath, ['node_modules/express-litellm/dist/cli/bin.js', 'version'], { encoding: 'utf8' })
if (said.trim() !== '${version}') throw new Error('the command says version ' + said)`
}
