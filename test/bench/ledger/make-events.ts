import { randomUUID } from 'node:crypto'
import type { SpendEvent } from '../../../src/types.ts'
import { spendEvent } from '../../support/spend-event.ts'

/** How many of each the calls are spread over. */
export const SPREAD = { keys: 200, users: 50, teams: 20, organizations: 5 }

/** Finished calls of many keys, each with its user, team, team member, organization and User-Agent tags. */
export function makeEvents(count: number): SpendEvent[] {
  const startedAt = new Date()
  const endedAt = new Date(startedAt.getTime() + 1_250)
  return Array.from({ length: count }, (_, index) => {
    const owners = ownersOf(index % SPREAD.keys)
    return spendEvent({
      key: { hashedToken: tokenOf(index % SPREAD.keys), owners },
      call: { userAgent: 'OpenAI/JS 6.1.0', clientIp: '10.0.0.7' },
      outcome: { startedAt, firstByteAt: endedAt, endedAt, responseId: `chatcmpl-${randomUUID()}` },
    })
  })
}

export function tokenOf(key: number): string {
  return `bench${String(key).padStart(59, '0')}`
}

export function ownersOf(key: number) {
  return {
    userId: `user-${key % SPREAD.users}`,
    teamId: `team-${key % SPREAD.teams}`,
    organizationId: `organization-${key % SPREAD.organizations}`,
  }
}
