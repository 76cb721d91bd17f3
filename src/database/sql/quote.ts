/** An identifier, quoted. Names come from our own tables and from the database's catalogue, never from a request. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteAll(names: readonly string[]): string {
  return names.map(quote).join(', ')
}
