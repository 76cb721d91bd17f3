import { chatEvents, type Script } from './upstream.ts'

/** A stream of a few words. */
export const FEW_WORDS: readonly string[] = chatEvents({ words: ['Some ', 'words ', 'and ', 'more.'] })

/** The first of those words at once, the rest when `go` is called: by then the client may have left. */
export function halves() {
  const { promise, resolve: go } = Promise.withResolvers<void>()
  const script: Script = async (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write(FEW_WORDS.slice(0, 3).join(''))
    await promise
    res.end(FEW_WORDS.slice(3).join(''))
  }
  return { script, go }
}
