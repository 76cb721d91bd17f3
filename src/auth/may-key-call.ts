import type { Call, VirtualKey } from '../types.ts'
import type { CheckSettings, ModelCatalog } from './check.ts'
import * as models from './check-models.ts'

const CHECKS = [
  models.checkKeyModel,
  models.checkTeamModel,
  models.checkMemberModel,
  models.checkUserModel,
  models.checkProjectModel,
  models.checkOrganizationModel,
]

/**
 * Whether the lists of this key and its owners allow this model group: what a call would be told, without one. The name
 * is no alias of the key or its team any more.
 */
export function mayKeyCall(
  key: VirtualKey,
  modelGroup: string,
  catalog?: ModelCatalog,
  settings: CheckSettings = {},
): boolean {
  const call: Call = { shape: '', callType: '', route: '', modelGroup, stream: false, tags: [], metadata: {} }
  const now = new Date(0)
  return key.master || CHECKS.every((check) => check({ key, catalog }, call, settings, now) === undefined)
}
