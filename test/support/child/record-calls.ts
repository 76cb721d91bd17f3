// node record-calls.ts <database url> <redis port, or 0> <memory|journal> <journal dir> <name> [calls]
// A gateway's ledger. Records calls, one every few milliseconds and without end unless `calls` says how many; prints the id
// of each that is as safe as it will be, with what the gauge says then, and `{"closed": ...}` when it was asked to stop.
import { setTimeout as sleep } from 'node:timers/promises'
import { ledgerOf } from '../../../src/compose/ledger-of.ts'
import { resolveOptions } from '../../../src/config/options.ts'
import { openDatabase } from '../../../src/database/database.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { spendEvent } from '../spend-event.ts'

const [databaseUrl = '', port = '', durability = '', dir = '', name = '', calls = 'Infinity'] = process.argv.slice(2)
const config = resolveOptions(
  {
    databaseUrl,
    durability: durability as 'memory' | 'journal',
    journal: { dir },
    logFlushInterval: '20ms',
    logBatchSize: 20,
    logRetryDelay: '20ms',
    minConns: 0,
    config: {
      general_settings: { use_redis_transaction_buffer: port !== '0' },
      litellm_settings: port === '0' ? {} : { cache_params: { host: '127.0.0.1', port } },
    },
  },
  {},
)
const events = new GatewayEvents()
const database = openDatabase({ ...config.database, url: databaseUrl, writes: true, listens: false }, events)
const ledger = ledgerOf(config, database, events)!
events.on('spend:local', () => print({ told: 'local' }))
events.on('spend:shared', () => print({ told: 'shared' }))
let stopped = false
process.once('SIGTERM', () => {
  stopped = true
})
await ledger.ready()
for (let n = 0; n < Number(calls) && !stopped; n++) {
  const callId = `${name}-${n}`
  await ledger.record(
    spendEvent({ callId, key: { hashedToken: String(n % 5).repeat(64), owners: { userId: `u${n % 5}` } } }),
  )
  print({ callId, unsettledDollars: ledger.gauges().unsettledDollars })
  await sleep(2)
}
const closed = await ledger.close(20_000)
print({ closed, gauges: ledger.gauges() })
await database.close()

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
