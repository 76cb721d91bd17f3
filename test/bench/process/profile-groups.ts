interface Frame {
  readonly functionName: string
  readonly url: string
}

/** In the order of the report. The first whose pattern matches the function's name and file has it. */
const GROUPS: readonly (readonly [group: string, pattern: RegExp])[] = [
  ['writes to sockets', /^(?:writev|write(?:Latin1|Utf8|Ascii)String|writeBuffer) $/],
  ["collector, in JavaScript's thread", /^\(garbage collector\) $/],
  ['undici', /\/undici\/|wasm/],
  ['rows, and their batches to PostgreSQL', /\/src\/(?:litellm|ledger|batch|journal)\/|\/node_modules\/postgres\//],
  ['keys, budgets, limits', /\/src\/(?:auth|limits)\//],
  ['usage and cost', /\/src\/(?:usage|cost|prices)\//],
  ['deployments', /\/src\/(?:routing|upstream)\//],
  ['middlewares and what joins them', /\/src\//],
  ['other packages', /\/node_modules\//],
  ['Node: HTTP, streams, timers', /./],
]

export const GROUP_NAMES = GROUPS.map(([group]) => group)

/** What a function is part of; `undefined` while the thread waits. */
export function groupOf({ functionName, url }: Frame): string | undefined {
  if (functionName === '(idle)') return undefined
  const text = `${functionName} ${url}`
  return GROUPS.find(([, pattern]) => pattern.test(text))![0]
}
