import { readFileSync } from 'node:fs'
import ts from 'typescript'

export interface EntryPoint {
  /** What a consumer writes: `express-litellm`. */
  readonly specifier: string
  readonly values: readonly string[]
  readonly types: readonly string[]
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
}

/** Every entry point of package.json "exports" with the names that its source exports. */
export function entryPoints(root: URL, manifest: Manifest): EntryPoint[] {
  return Object.entries(manifest.exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return []
    const source = new URL(target.default.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'), root)
    return [{ specifier: `${manifest.name}${path.slice(1)}`, ...namesOf(source) }]
  })
}

function namesOf(source: URL): Pick<EntryPoint, 'values' | 'types'> {
  const file = ts.createSourceFile(source.pathname, readFileSync(source, 'utf8'), ts.ScriptTarget.Latest)
  const names = file.statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const { exportClause, isTypeOnly } = statement
    if (!exportClause || !ts.isNamedExports(exportClause)) throw new Error(`${source.pathname}: name what is exported`)
    return exportClause.elements.map(({ name, isTypeOnly: type }) => ({ name: name.text, type: isTypeOnly || type }))
  })
  const pick = (type: boolean) => names.filter((entry) => entry.type === type).map(({ name }) => name)
  return { values: pick(false).sort(), types: pick(true).sort() }
}
