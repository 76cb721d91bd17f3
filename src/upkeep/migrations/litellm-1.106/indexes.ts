/** Indexes of LiteLLM 1.106.12 that no earlier migration creates, under LiteLLM's names. */
export const INDEXES = `
create index if not exists idx_adaptive_router_session_activity on "LiteLLM_AdaptiveRouterSession" (last_activity_at);
create unique index if not exists "LiteLLM_AgentIdentity_issuer_service_principal_id_key"
  on "LiteLLM_AgentIdentity" (issuer, service_principal_id);
create unique index if not exists "LiteLLM_AgentIdentity_provider_tenant_id_client_id_key"
  on "LiteLLM_AgentIdentity" (provider, tenant_id, client_id);
create index if not exists idx_autorouter_baseline_dirty
  on "LiteLLM_AutoRouterBaselineComparison" (attempted_at, updated_at, scope) where ((not retired) and (revision <> published_revision));
create index if not exists idx_autorouter_baseline_scope
  on "LiteLLM_AutoRouterBaselineComparison" (api_key, session_id, router_name);
create index if not exists idx_autorouter_baseline_updated on "LiteLLM_AutoRouterBaselineComparison" (updated_at);
create index if not exists idx_autorouter_baseline_event_order
  on "LiteLLM_AutoRouterBaselineObservation" (scope, started_at, request_id);
create index if not exists idx_autorouter_baseline_event_revision
  on "LiteLLM_AutoRouterBaselineObservation" (scope, revision, started_at);
create index if not exists idx_autorouter_session_last_turn on "LiteLLM_AutoRouterSession" (last_turn_at);
create index if not exists idx_autorouter_user_session_last_turn on "LiteLLM_AutoRouterUserSession" (last_turn_at);
create index if not exists idx_autorouter_user_session_user_last_turn
  on "LiteLLM_AutoRouterUserSession" (user_id, last_turn_at);
create index if not exists idx_background_interaction_settlement_claimed_at
  on "LiteLLM_BackgroundInteractionSettlement" (claimed_at);
create unique index if not exists "LiteLLM_ClaudeCodePluginTable_name_key" on "LiteLLM_ClaudeCodePluginTable" (name);
create index if not exists "LiteLLM_DailyAgentSpend_agent_id_date_idx" on "LiteLLM_DailyAgentSpend" (agent_id, date);
create index if not exists "LiteLLM_DailyEndUserSpend_end_user_id_date_idx"
  on "LiteLLM_DailyEndUserSpend" (end_user_id, date);
create index if not exists "LiteLLM_DailyGatewayRequests_date_idx" on "LiteLLM_DailyGatewayRequests" (date);
create index if not exists "LiteLLM_DailyGlobalSpend_date_idx" on "LiteLLM_DailyGlobalSpend" (date);
create unique index if not exists "LiteLLM_DailyGlobalSpend_date_model_model_group_custom_llm__key"
  on "LiteLLM_DailyGlobalSpend" (date, model, model_group, custom_llm_provider, mcp_namespaced_tool_name, endpoint);
create index if not exists "LiteLLM_DailyGuardrailMetrics_date_idx" on "LiteLLM_DailyGuardrailMetrics" (date);
create index if not exists "LiteLLM_DailyGuardrailMetrics_guardrail_id_idx"
  on "LiteLLM_DailyGuardrailMetrics" (guardrail_id);
create index if not exists "LiteLLM_DailyGuardrailUsageUnits_date_idx" on "LiteLLM_DailyGuardrailUsageUnits" (date);
create index if not exists "LiteLLM_DailyModelUsage_date_idx" on "LiteLLM_DailyModelUsage" (date);
create index if not exists "LiteLLM_DailyModelUsage_model_group_idx" on "LiteLLM_DailyModelUsage" (model_group);
create index if not exists "LiteLLM_DailyOrganizationSpend_organization_id_date_idx"
  on "LiteLLM_DailyOrganizationSpend" (organization_id, date);
create index if not exists "LiteLLM_DailyPolicyMetrics_date_idx" on "LiteLLM_DailyPolicyMetrics" (date);
create index if not exists "LiteLLM_DailyPolicyMetrics_policy_id_idx" on "LiteLLM_DailyPolicyMetrics" (policy_id);
create index if not exists "LiteLLM_DailyTagSpend_tag_date_idx" on "LiteLLM_DailyTagSpend" (tag, date);
create index if not exists "LiteLLM_DailyTeamSpend_team_id_date_idx" on "LiteLLM_DailyTeamSpend" (team_id, date);
create index if not exists "LiteLLM_DailyUserSpend_user_id_date_idx" on "LiteLLM_DailyUserSpend" (user_id, date);
create unique index if not exists "LiteLLM_GuardrailsTable_guardrail_name_key"
  on "LiteLLM_GuardrailsTable" (guardrail_name);
create index if not exists "LiteLLM_GuardrailsTable_status_idx" on "LiteLLM_GuardrailsTable" (status);
create index if not exists "LiteLLM_HealthCheckTable_checked_at_idx" on "LiteLLM_HealthCheckTable" (checked_at);
create index if not exists "LiteLLM_HealthCheckTable_model_id_model_name_checked_at_idx"
  on "LiteLLM_HealthCheckTable" (model_id, model_name, checked_at desc);
create index if not exists "LiteLLM_HealthCheckTable_model_name_idx" on "LiteLLM_HealthCheckTable" (model_name);
create index if not exists "LiteLLM_HealthCheckTable_status_idx" on "LiteLLM_HealthCheckTable" (status);
create index if not exists "LiteLLM_JWTKeyMapping_jwt_issuer_jwt_claim_name_jwt_claim_v_idx"
  on "LiteLLM_JWTKeyMapping" (jwt_issuer, jwt_claim_name, jwt_claim_value, is_active);
create unique index if not exists "LiteLLM_JWTKeyMapping_jwt_issuer_jwt_claim_name_jwt_claim_v_key"
  on "LiteLLM_JWTKeyMapping" (jwt_issuer, jwt_claim_name, jwt_claim_value);
create index if not exists "LiteLLM_Lens_due_at_idx" on "LiteLLM_Lens" (due_at);
create index if not exists "LiteLLM_Lens_jobs_idx"
  on "LiteLLM_Lens" using gin (((data -> 'jobs'::text)) jsonb_path_ops);
create index if not exists "LiteLLM_LensRun_completed_executions_idx"
  on "LiteLLM_LensRun" using gin ((((data -> 'sample'::text) -> 'executions'::text)) jsonb_path_ops) where ((data ->> 'status'::text) = 'completed'::text);
create index if not exists "LiteLLM_LensRun_lens_id_created_at_idx" on "LiteLLM_LensRun" (lens_id, created_at);
create index if not exists "LiteLLM_LensWorker_active_scope_idx"
  on "LiteLLM_LensWorker" using gin (((data -> 'scope'::text)) jsonb_path_ops) where (data @> '{"revoked": false}'::jsonb);
create index if not exists "LiteLLM_MCPServerTable_approval_status_idx" on "LiteLLM_MCPServerTable" (approval_status);
create unique index if not exists "LiteLLM_MCPToolsetTable_toolset_name_key"
  on "LiteLLM_MCPToolsetTable" (toolset_name);
create unique index if not exists "LiteLLM_MCPUserCredentials_user_id_server_id_key"
  on "LiteLLM_MCPUserCredentials" (user_id, server_id);
create index if not exists "LiteLLM_MCPUserEnvVars_server_id_idx" on "LiteLLM_MCPUserEnvVars" (server_id);
create index if not exists "LiteLLM_MCPUserEnvVars_user_id_idx" on "LiteLLM_MCPUserEnvVars" (user_id);
create unique index if not exists "LiteLLM_MCPUserEnvVars_user_id_server_id_key"
  on "LiteLLM_MCPUserEnvVars" (user_id, server_id);
create index if not exists "LiteLLM_ManagedFileTable_flat_model_file_ids_idx"
  on "LiteLLM_ManagedFileTable" using gin (flat_model_file_ids);
create index if not exists "LiteLLM_ManagedFileTable_team_id_created_at_idx"
  on "LiteLLM_ManagedFileTable" (team_id, created_at desc);
create index if not exists "LiteLLM_ManagedFileTable_unified_file_id_idx"
  on "LiteLLM_ManagedFileTable" (unified_file_id);
create unique index if not exists "LiteLLM_ManagedFileTable_unified_file_id_key"
  on "LiteLLM_ManagedFileTable" (unified_file_id);
create index if not exists "LiteLLM_ManagedObjectTable_model_object_id_idx"
  on "LiteLLM_ManagedObjectTable" (model_object_id);
create unique index if not exists "LiteLLM_ManagedObjectTable_model_object_id_key"
  on "LiteLLM_ManagedObjectTable" (model_object_id);
create index if not exists "LiteLLM_ManagedObjectTable_team_id_created_at_idx"
  on "LiteLLM_ManagedObjectTable" (team_id, created_at desc);
create index if not exists "LiteLLM_ManagedObjectTable_unified_object_id_idx"
  on "LiteLLM_ManagedObjectTable" (unified_object_id);
create unique index if not exists "LiteLLM_ManagedObjectTable_unified_object_id_key"
  on "LiteLLM_ManagedObjectTable" (unified_object_id);
create unique index if not exists "LiteLLM_ManagedVectorStoreIndexTable_index_name_key"
  on "LiteLLM_ManagedVectorStoreIndexTable" (index_name);
create index if not exists "LiteLLM_ManagedVectorStoreTable_team_id_created_at_idx"
  on "LiteLLM_ManagedVectorStoreTable" (team_id, created_at desc);
create index if not exists "LiteLLM_ManagedVectorStoreTable_unified_resource_id_idx"
  on "LiteLLM_ManagedVectorStoreTable" (unified_resource_id);
create unique index if not exists "LiteLLM_ManagedVectorStoreTable_unified_resource_id_key"
  on "LiteLLM_ManagedVectorStoreTable" (unified_resource_id);
create index if not exists "LiteLLM_ManagedVectorStoresTable_team_id_idx"
  on "LiteLLM_ManagedVectorStoresTable" (team_id);
create index if not exists "LiteLLM_ManagedVectorStoresTable_user_id_idx"
  on "LiteLLM_ManagedVectorStoresTable" (user_id);
create unique index if not exists "LiteLLM_MemoryTable_key_key" on "LiteLLM_MemoryTable" (key);
create index if not exists "LiteLLM_MemoryTable_team_id_idx" on "LiteLLM_MemoryTable" (team_id);
create index if not exists "LiteLLM_MemoryTable_user_id_idx" on "LiteLLM_MemoryTable" (user_id);
create unique index if not exists "LiteLLM_PolicyTable_policy_name_version_number_key"
  on "LiteLLM_PolicyTable" (policy_name, version_number);
create index if not exists "LiteLLM_PolicyTable_policy_name_version_status_idx"
  on "LiteLLM_PolicyTable" (policy_name, version_status);
create index if not exists "LiteLLM_PromptTable_prompt_id_environment_idx"
  on "LiteLLM_PromptTable" (prompt_id, environment);
create index if not exists "LiteLLM_PromptTable_prompt_id_idx" on "LiteLLM_PromptTable" (prompt_id);
create unique index if not exists "LiteLLM_PromptTable_prompt_id_version_environment_key"
  on "LiteLLM_PromptTable" (prompt_id, version, environment);
create unique index if not exists "LiteLLM_RetiredAgentIdentity_provider_tenant_id_client_id_key"
  on "LiteLLM_RetiredAgentIdentity" (provider, tenant_id, client_id);
create unique index if not exists "LiteLLM_SearchToolsTable_search_tool_name_key"
  on "LiteLLM_SearchToolsTable" (search_tool_name);
create index if not exists "LiteLLM_ShadowEvalAttempt_job_id_idx" on "LiteLLM_ShadowEvalAttempt" (job_id);
create index if not exists "LiteLLM_ShadowEvalJob_created_at_idx" on "LiteLLM_ShadowEvalJob" (created_at);
create index if not exists "LiteLLM_ShadowEvalJob_group_id_idx" on "LiteLLM_ShadowEvalJob" (group_id);
create unique index if not exists "LiteLLM_ShadowEvalJob_one_active_per_target_direction"
  on "LiteLLM_ShadowEvalJob" (target_type, target_id, direction) where (stopped_at is null);
create index if not exists "LiteLLM_ShadowEvalJob_target_type_target_id_idx"
  on "LiteLLM_ShadowEvalJob" (target_type, target_id);
create index if not exists "LiteLLM_SpendLogGuardrailIndex_guardrail_id_start_time_idx"
  on "LiteLLM_SpendLogGuardrailIndex" (guardrail_id, start_time);
create index if not exists "LiteLLM_SpendLogGuardrailIndex_policy_id_start_time_idx"
  on "LiteLLM_SpendLogGuardrailIndex" (policy_id, start_time);
create index if not exists "LiteLLM_SpendLogToolIndex_start_time_idx" on "LiteLLM_SpendLogToolIndex" (start_time);
create index if not exists "LiteLLM_SpendLogToolIndex_tool_name_start_time_idx"
  on "LiteLLM_SpendLogToolIndex" (tool_name, start_time);
create index if not exists "LiteLLM_SpendLogs_startTime_request_id_idx"
  on "LiteLLM_SpendLogs" ("startTime", request_id);
create index if not exists "LiteLLM_ToolTable_input_policy_idx" on "LiteLLM_ToolTable" (input_policy);
create index if not exists "LiteLLM_ToolTable_output_policy_idx" on "LiteLLM_ToolTable" (output_policy);
create index if not exists "LiteLLM_ToolTable_team_id_idx" on "LiteLLM_ToolTable" (team_id);
create unique index if not exists "LiteLLM_ToolTable_tool_name_key" on "LiteLLM_ToolTable" (tool_name);
create unique index if not exists "LiteLLM_VerifiedSubject_issuer_tenant_id_oid_key"
  on "LiteLLM_VerifiedSubject" (issuer, tenant_id, oid);
create index if not exists "LiteLLM_VerifiedSubject_user_id_idx" on "LiteLLM_VerifiedSubject" (user_id);
create index if not exists "LiteLLM_WorkflowEvent_run_id_idx" on "LiteLLM_WorkflowEvent" (run_id);
create unique index if not exists "LiteLLM_WorkflowEvent_run_id_sequence_number_key"
  on "LiteLLM_WorkflowEvent" (run_id, sequence_number);
create index if not exists "LiteLLM_WorkflowMessage_run_id_idx" on "LiteLLM_WorkflowMessage" (run_id);
create unique index if not exists "LiteLLM_WorkflowMessage_run_id_sequence_number_key"
  on "LiteLLM_WorkflowMessage" (run_id, sequence_number);
create index if not exists "LiteLLM_WorkflowRun_created_at_idx" on "LiteLLM_WorkflowRun" (created_at);
create index if not exists "LiteLLM_WorkflowRun_created_by_idx" on "LiteLLM_WorkflowRun" (created_by);
create index if not exists "LiteLLM_WorkflowRun_session_id_idx" on "LiteLLM_WorkflowRun" (session_id);
create unique index if not exists "LiteLLM_WorkflowRun_session_id_key" on "LiteLLM_WorkflowRun" (session_id);
create index if not exists "LiteLLM_WorkflowRun_workflow_type_status_idx"
  on "LiteLLM_WorkflowRun" (workflow_type, status);
`
