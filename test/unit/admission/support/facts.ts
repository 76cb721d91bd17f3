import type { CallFacts } from '../../../../src/admission/facts/check.ts'
import type { Call, OrganizationFacts, ProjectFacts, TeamFacts, UserFacts, VirtualKey } from '../../../../src/types.ts'
import { aCall as anyCall, aKey as anyKey } from '../../../support/facts.ts'

export const NOW = new Date('2026-02-16T12:00:00Z')

export const aKey = (facts: Partial<VirtualKey> = {}) => anyKey({ name: 'sk-...abcd', ...facts })

export const aCall = (call: Partial<Call> = {}) => anyCall({ json: {}, ...call })

export function someFacts(key: Partial<VirtualKey> = {}, facts: Partial<CallFacts> = {}): CallFacts {
  return { key: aKey(key), ...facts }
}

export function aTeam(team: Partial<TeamFacts> = {}): TeamFacts {
  return { id: 't', blocked: false, models: [], spend: 0, metadata: {}, ...team }
}

export function aUser(user: Partial<UserFacts> = {}): UserFacts {
  return { id: 'u', models: [], spend: 0, metadata: {}, ...user }
}

export function anOrganization(organization: Partial<OrganizationFacts> = {}): OrganizationFacts {
  return { id: 'o', models: [], spend: 0, metadata: {}, ...organization }
}

export function aProject(project: Partial<ProjectFacts> = {}): ProjectFacts {
  return { id: 'p', blocked: false, models: [], spend: 0, metadata: {}, ...project }
}
