import type { Endpoint } from '../endpoint.ts'
import { blockTeam, unblockTeam } from './block.ts'
import { deleteTeams } from './delete.ts'
import { getTeamInfo } from './info.ts'
import { listTeams } from './list.ts'
import { addTeamMembers } from './member-add.ts'
import { deleteTeamMember } from './member-delete.ts'
import { updateTeamMember } from './member-update.ts'
import { newTeam } from './new.ts'
import { updateTeam } from './update.ts'

export const TEAM_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /team/new': newTeam,
  'GET /team/info': getTeamInfo,
  'GET /team/list': listTeams,
  'POST /team/update': updateTeam,
  'POST /team/delete': deleteTeams,
  'POST /team/block': blockTeam,
  'POST /team/unblock': unblockTeam,
  'POST /team/member_add': addTeamMembers,
  'POST /team/member_update': updateTeamMember,
  'POST /team/member_delete': deleteTeamMember,
}
