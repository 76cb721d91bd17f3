/** A base URL that ends in `end`, whether it did before or not. */
export function withEnd(url: string, end: string): string {
  const clean = url.trim().replace(/\/+$/, '')
  return clean.endsWith(end) ? clean : clean + end
}
