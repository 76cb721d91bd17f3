import { createLiteLLM, type SpendSink } from 'express-litellm'

declare const queue: { send(topic: string, message: string): Promise<void>; drain(): Promise<void> }

const sink: SpendSink = {
  // Once per finished call. Must not block: the response has been sent, the next one waits.
  record({ callId, key, outcome, cost }) {
    void queue.send('spend', JSON.stringify({ callId, team: key?.owners.teamId, usage: outcome.usage, cost }))
  },
  flush: () => queue.drain(),
  close: () => queue.drain(),
}

export const gateway = createLiteLLM({ sink })
