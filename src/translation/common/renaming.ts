/** Names as a provider allows them, and back. Names that it allows stay as they are. */
export interface Renaming {
  to(name: string): string
  back(name: string): string
}

export interface NameRule {
  /** Characters that the provider refuses. Must be global. */
  readonly refused: RegExp
  readonly maxLength: number
  /** What a name has to begin with. Default: anything. */
  readonly begins?: RegExp
  /** What stands before a name that begins otherwise. Default: `_`. */
  readonly head?: string
}

/**
 * Two names never become one: names that are allowed keep their place, the others get a number behind where they would
 * meet. The same names in the same order are always renamed alike, so that the provider's prompt cache is found again.
 */
export function renamingOf(names: readonly string[], rule: NameRule): Renaming {
  const there = new Map<string, string>()
  const back = new Map<string, string>()
  const taken = new Set(names.filter((name) => allowed(name, rule) === name))
  for (const name of names) {
    if (taken.has(name) || there.has(name)) continue
    const free = freeName(allowed(name, rule), taken, rule.maxLength)
    taken.add(free)
    there.set(name, free)
    back.set(free, name)
  }
  return {
    to: (name) => there.get(name) ?? (taken.has(name) ? name : allowed(name, rule)),
    back: (name) => back.get(name) ?? name,
  }
}

function allowed(name: string, { refused, maxLength, begins, head = '_' }: NameRule): string {
  const cleaned = name.replace(refused, '_') || '_'
  return (begins?.test(cleaned) === false ? head + cleaned : cleaned).slice(0, maxLength)
}

function freeName(name: string, taken: ReadonlySet<string>, maxLength: number): string {
  let free = name
  for (let n = 2; taken.has(free); n++) {
    const ending = `_${n}`
    free = name.slice(0, maxLength - ending.length) + ending
  }
  return free
}
