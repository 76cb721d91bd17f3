import type { Sql } from 'postgres'
import type { Migration } from '../migrations/migration.ts'
import { checksumOf } from './apply-migration.ts'

/** Adds the checksums of migrations that were applied before checksums were kept. */
export async function recordChecksums(sql: Sql, migrations: readonly Migration[]): Promise<void> {
  const values = migrations.map((migration) => `('${migration.name}', '${checksumOf(migration)}')`)
  await sql
    .unsafe(
      `
      alter table express_litellm.migrations add column if not exists checksum text;
      update express_litellm.migrations as m
      set checksum = v.checksum
      from (values ${values.join(', ')}) as v (name, checksum)
      where m.name = v.name
        and m.checksum is null`,
    )
    .simple()
}
