type Commands = Readonly<Record<string, (argument: any) => unknown>>

/** What the parent gave this process to start with. */
export function startArgument(): any {
  return JSON.parse(process.argv[2] ?? 'null')
}

/** Tells the parent that this process is ready, then answers its commands until it hangs up. */
export function answerCommands(ready: unknown, commands: Commands, onEnd: () => unknown = () => {}): void {
  process.on('message', async ({ id, command, argument }: any) => {
    try {
      process.send!({ id, result: await commands[command]!(argument) })
    } catch (error) {
      process.send!({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.once('disconnect', async () => {
    await onEnd()
    process.exit()
  })
  process.send!({ id: 0, result: ready })
}
