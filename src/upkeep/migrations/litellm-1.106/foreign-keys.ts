/**
 * Foreign keys of LiteLLM 1.106.12 that no earlier migration creates. On a table with rows they are `not valid`: rows that
 * were written without them stay, and every later write is held to them.
 */
export const FOREIGN_KEYS = `
declare
  key record;
  has_rows boolean;
begin
  for key in
    select *, source || '_' || source_column || '_fkey' as name
    from (
      values
        ('LiteLLM_AgentIdentity', 'agent_id', 'LiteLLM_AgentsTable', 'agent_id', 'cascade'),
        ('LiteLLM_AgentsTable', 'object_permission_id', 'LiteLLM_ObjectPermissionTable', 'object_permission_id', 'set null'),
        ('LiteLLM_EndUserTable', 'object_permission_id', 'LiteLLM_ObjectPermissionTable', 'object_permission_id', 'set null'),
        ('LiteLLM_InvitationLink', 'created_by', 'LiteLLM_UserTable', 'user_id', 'restrict'),
        ('LiteLLM_InvitationLink', 'updated_by', 'LiteLLM_UserTable', 'user_id', 'restrict'),
        ('LiteLLM_InvitationLink', 'user_id', 'LiteLLM_UserTable', 'user_id', 'restrict'),
        ('LiteLLM_JWTKeyMapping', 'token', 'LiteLLM_VerificationToken', 'token', 'cascade'),
        ('LiteLLM_LensReview', 'lens_id', 'LiteLLM_Lens', 'id', 'cascade'),
        ('LiteLLM_ModelAccessGroupBudgetTable', 'budget_id', 'LiteLLM_BudgetTable', 'budget_id', 'set null'),
        ('LiteLLM_ProjectTable', 'budget_id', 'LiteLLM_BudgetTable', 'budget_id', 'set null'),
        ('LiteLLM_ProjectTable', 'object_permission_id', 'LiteLLM_ObjectPermissionTable', 'object_permission_id', 'set null'),
        ('LiteLLM_ProjectTable', 'team_id', 'LiteLLM_TeamTable', 'team_id', 'set null'),
        ('LiteLLM_RetiredAgentIdentity', 'agent_id', 'LiteLLM_AgentsTable', 'agent_id', 'set null'),
        ('LiteLLM_VerificationToken', 'project_id', 'LiteLLM_ProjectTable', 'project_id', 'set null'),
        ('LiteLLM_VerifiedSubject', 'user_id', 'LiteLLM_UserTable', 'user_id', 'cascade'),
        ('LiteLLM_WorkflowEvent', 'run_id', 'LiteLLM_WorkflowRun', 'run_id', 'restrict'),
        ('LiteLLM_WorkflowMessage', 'run_id', 'LiteLLM_WorkflowRun', 'run_id', 'restrict')
    ) as keys (source, source_column, target, target_column, on_delete)
  loop
    continue when exists (
      select
      from pg_constraint
      where conname = key.name
        and connamespace = current_schema()::regnamespace
    );
    execute format('select exists (select from %I)', key.source) into has_rows;
    execute format(
      'alter table %I add constraint %I foreign key (%I) references %I (%I) on update cascade on delete %s %s',
      key.source, key.name, key.source_column, key.target, key.target_column, key.on_delete,
      case when has_rows then 'not valid' else '' end
    );
  end loop;
end;
`
