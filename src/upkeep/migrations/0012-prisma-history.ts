import { PRISMA_MIGRATIONS } from './litellm-1.106/prisma-migrations.ts'
import type { Migration } from './migration.ts'

/** Names may have spaces. */
const ROWS = PRISMA_MIGRATIONS.trim()
  .split('\n')
  .map((line) => ({ checksum: line.slice(0, 64), name: line.slice(65) }))

/** Migrations of LiteLLM that ours stand for. */
export const RECORDED_MIGRATIONS: readonly string[] = ROWS.map(({ name }) => name)

/**
 * LiteLLM's own record of its migrations, in the form of its tool Prisma: a LiteLLM that is started on this database finds
 * all of them applied, and applies only those of its later versions.
 */
export const recordPrismaHistory: Migration = {
  name: '0012-prisma-history',
  sql: `
create table if not exists "_prisma_migrations" (
  id varchar(36) not null primary key,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
);

insert into "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count)
select gen_random_uuid()::text, checksum, now(), name, 1
from (
  values
    ${ROWS.map(({ name, checksum }) => `('${name}', '${checksum}')`).join(',\n    ')}
) as history (name, checksum)
where not exists (
  select
  from "_prisma_migrations"
  where migration_name = history.name
    and finished_at is not null
);
`,
}
