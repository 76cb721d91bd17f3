/** A path as messages may quote it: some of LiteLLM's have a key in them. */
export function shownPath(path: string): string {
  return path.replace(/\/sk-[^/]*/g, '/sk-...')
}
