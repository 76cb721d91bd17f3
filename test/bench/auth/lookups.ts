import postgres from 'postgres'
import { hashSecret } from '../../../src/admission/credential/credential.ts'
import { readSchema } from '../../../src/database/schema.ts'
import { createKeyStore } from '../../../src/keys/key-store.ts'
import { answerCommands, startArgument } from '../process/answer-commands.ts'

const { databaseUrl, keys } = startArgument()
const CONCURRENCY = 16
const sql = postgres(databaseUrl, { max: CONCURRENCY, onnotice: () => {}, connection: { TimeZone: 'UTC' } })
const schema = readSchema(sql)
await schema
const store = createKeyStore({ sql, schema: () => schema, max: keys, ttlMs: 600_000 })
const tokens = Array.from({ length: keys }, (_, key) => hashSecret(`sk-bench-${key}`))

answerCommands(
  undefined,
  {
    async seed() {
      await sql`
        insert into "LiteLLM_VerificationToken" (token, key_name, models, user_id, team_id, max_budget)
        select encode(sha256(convert_to('sk-bench-' || n, 'UTF8')), 'hex'), 'sk-...', '{}', 'u1', 't1', 1e9
        from generate_series(0, ${keys - 1}::int) as n
        on conflict do nothing
      `
      await sql`analyze "LiteLLM_VerificationToken"`
    },
    /** Look-ups per second of keys that are not in memory, several at once. */
    async uncached(count: number) {
      store.clear()
      const left = scattered(count).values()
      const seconds = await timed(() =>
        Promise.all(
          Array.from({ length: CONCURRENCY }, async () => {
            for (const token of left) await expectFound(token)
          }),
        ),
      )
      return count / seconds
    },
    /** Look-ups per second of keys that are, over all of them. */
    async cached(count: number) {
      const warm = scattered(count)
      for (const token of warm) await store.find(token)
      const seconds = await timed(async () => {
        for (let pass = 0; pass < 20; pass++) for (const token of warm) await expectFound(token)
      })
      return (count * 20) / seconds
    },
    /** Hashes per second. */
    async hash(count: number) {
      const seconds = await timed(async () => {
        for (let n = 0; n < count * 20; n++) hashSecret(`sk-bench-${n}`)
      })
      return (count * 20) / seconds
    },
  },
  () => sql.end({ timeout: 1 }),
)

/** Tokens from all over the table, each once. */
function scattered(count: number): string[] {
  const step = Math.max(1, Math.floor(keys / count))
  return Array.from({ length: count }, (_, n) => tokens[n * step]!)
}

async function expectFound(token: string): Promise<void> {
  if (!(await store.find(token))) throw new Error('a key that is there was not found')
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1_000
}
