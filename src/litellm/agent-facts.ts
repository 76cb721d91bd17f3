import type { AgentFacts, Json } from '../types.ts'
import { limitsOf, money } from './json-column.ts'

/** What a row of the agents says. Absent columns become absent limits. */
export function agentFacts(row: Json): AgentFacts {
  return {
    id: String(row.agent_id),
    limits: limitsOf(row),
    sessionLimits: { rpm: money(row.session_rpm_limit), tpm: money(row.session_tpm_limit) },
  }
}
