import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { answerCommands, startArgument } from '../process/answer-commands.ts'
import { cpuProfile } from '../process/cpu-profile.ts'
import { selfMeasures } from '../process/self-measures.ts'
import { CONTENDERS } from './contenders.ts'
import type { Started } from './started.ts'

/** One contender, alone in this process. */
const { name, ...surroundings } = startArgument()
const contender = CONTENDERS.find((candidate) => candidate.name === name)!
const { server, port, gateway, cleanUp }: Started = await contender.start(surroundings)
if (server) await once(server.listen(0, '127.0.0.1', 4096), 'listening')

let dropped = 0
gateway?.events.on('spend:drop', ({ callIds }) => {
  dropped += callIds.length
})

answerCommands(
  { port: port ?? (server!.address() as AddressInfo).port },
  {
    ...selfMeasures,
    ...cpuProfile,
    async flush() {
      await gateway?.flush()
      return { dropped }
    },
  },
  async () => {
    server?.close().closeAllConnections()
    await gateway?.close()
    await cleanUp?.()
  },
)
