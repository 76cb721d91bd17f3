/** LiteLLM's names of the tables that are managed here. */
export const TABLES = {
  keys: 'LiteLLM_VerificationToken',
  deletedKeys: 'LiteLLM_DeletedVerificationToken',
  replacedKeys: 'LiteLLM_DeprecatedVerificationToken',
  users: 'LiteLLM_UserTable',
  teams: 'LiteLLM_TeamTable',
  deletedTeams: 'LiteLLM_DeletedTeamTable',
  memberships: 'LiteLLM_TeamMembership',
  organizations: 'LiteLLM_OrganizationTable',
  organizationMemberships: 'LiteLLM_OrganizationMembership',
  budgets: 'LiteLLM_BudgetTable',
  customers: 'LiteLLM_EndUserTable',
  tags: 'LiteLLM_TagTable',
  models: 'LiteLLM_ModelTable',
  permissions: 'LiteLLM_ObjectPermissionTable',
  invitations: 'LiteLLM_InvitationLink',
} as const
