import type { Endpoint } from '../endpoint.ts'
import { deleteOrganizations } from './delete.ts'
import { getOrganizationInfo, getOrganizationsInfo, listOrganizations } from './info.ts'
import { addOrganizationMembers, deleteOrganizationMember, updateOrganizationMember } from './members.ts'
import { newOrganization } from './new.ts'
import { updateOrganization } from './update.ts'

export const ORGANIZATION_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /organization/new': newOrganization,
  'GET /organization/info': getOrganizationInfo,
  'POST /organization/info': getOrganizationsInfo,
  'GET /organization/list': listOrganizations,
  'PATCH /organization/update': updateOrganization,
  'DELETE /organization/delete': deleteOrganizations,
  'POST /organization/member_add': addOrganizationMembers,
  'PATCH /organization/member_update': updateOrganizationMember,
  'DELETE /organization/member_delete': deleteOrganizationMember,
}
