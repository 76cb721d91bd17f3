// Appends numbered records from several writers at once until it is killed. Every confirmed number is written out,
// synchronously, before the next append of that writer: a number on stdout is a promise that was kept.
import { writeSync } from 'node:fs'
import { openJournal } from '../../../../../src/ledger/journal/open-journal.ts'

const [dir = '', run = ''] = process.argv.slice(2)
const journal = await openJournal({
  dir,
  fsync: 'always',
  fsyncIntervalMs: 1000,
  maxBytes: 64 * 1024 * 1024,
  segmentBytes: 64 * 1024,
  onFull: 'block',
})
writeSync(1, 'open\n')

async function writer(name: number): Promise<never> {
  for (let i = 0; ; i++) {
    const id = `${run}.${name}.${i}`
    await journal.append(`${id} ${id.repeat((i * 37) % 200)}`)
    writeSync(1, `${id}\n`)
  }
}

// A reader that acknowledges now and then, so that positions and deleted segments are part of what is killed.
async function reader(): Promise<never> {
  for (;;) {
    const { records, position } = await journal.read(20, 1_000_000)
    for (const { payload } of records) writeSync(1, `taken ${payload.toString().split(' ')[0]}\n`)
    await journal.acknowledge(position)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

await Promise.all([...Array.from({ length: 8 }, (_, i) => writer(i)), reader()])
