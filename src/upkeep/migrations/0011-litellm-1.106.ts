import { FOREIGN_KEYS } from './litellm-1.106/foreign-keys.ts'
import { INDEXES } from './litellm-1.106/indexes.ts'
import { DROPPED_INDEXES, LATER_COLUMNS } from './litellm-1.106/later-columns.ts'
import { TABLES_A_TO_L } from './litellm-1.106/tables-a-to-l.ts'
import { TABLES_M_TO_Z } from './litellm-1.106/tables-m-to-z.ts'
import type { Migration } from './migration.ts'

/** The type of a job's state, which `create type` cannot make only where it is missing. */
const JOB_STATUS = `
if to_regtype('"JobStatus"') is null then
  create type "JobStatus" as enum ('ACTIVE', 'INACTIVE');
end if;
`

/** A LiteLLM on this database reads its MCP servers again when the number in its configuration has grown. */
const MCP_REVISION = `
create or replace function litellm_bump_mcp_catalog_revision() returns trigger language plpgsql as $revision$
begin
  insert into "LiteLLM_Config" as c (param_name, reload_revision)
  values ('mcp_catalog', 1)
  on conflict (param_name) do update
  set reload_revision = c.reload_revision + 1;
  return null;
end
$revision$;

create or replace trigger litellm_mcp_catalog_revision
after insert or update or delete on "LiteLLM_MCPServerTable"
for each statement execute function litellm_bump_mcp_catalog_revision();
`

/** Every table, column, index and key of LiteLLM 1.106.12, so that a LiteLLM can be started on this database. */
export const addLiteLLM1106: Migration = {
  name: '0011-litellm-1.106',
  sql: [
    JOB_STATUS,
    TABLES_A_TO_L,
    TABLES_M_TO_Z,
    LATER_COLUMNS,
    INDEXES,
    DROPPED_INDEXES,
    FOREIGN_KEYS,
    MCP_REVISION,
  ].join(''),
}
