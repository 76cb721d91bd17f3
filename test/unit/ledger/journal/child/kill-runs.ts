import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Journal } from '../../../../../src/ledger/journal/journal.ts'
import { openJournal } from '../../../../../src/ledger/journal/open-journal.ts'

const CHILD = fileURLToPath(new URL('./append-forever.ts', import.meta.url))

export interface KillReport {
  readonly kills: number
  readonly confirmed: number
  readonly found: number
  /** Confirmed, and neither taken by the reader nor there afterwards. */
  readonly lost: string[]
  /** Found, but not as it was appended. */
  readonly damaged: string[]
  /** In the wrong order within one writer of one run. */
  readonly disordered: string[]
}

/** Kills a process that appends under load, again and again, each after some 0 to `spreadMs`; looks at what is left. */
export async function killRuns(dir: string, kills: number, spreadMs: number): Promise<KillReport> {
  const confirmed: string[] = []
  const seen = new Map<string, string>()
  const disordered: string[] = []
  const report = { damaged: [] as string[] }
  for (let run = 0; run < kills; run++) {
    const output = await runAndKill(dir, run, Math.random() * spreadMs)
    for (const line of output) {
      if (line.startsWith('taken ')) seen.set(line.slice(6), 'taken')
      else if (line !== 'open') confirmed.push(line)
    }
    await check()
  }
  const lost = confirmed.filter((id) => !seen.has(id))
  return { kills, confirmed: confirmed.length, found: seen.size, lost, disordered, ...report }

  async function check() {
    const journal = await openJournal({
      dir,
      fsync: 'never',
      fsyncIntervalMs: 1000,
      maxBytes: 64 * 1024 * 1024,
      segmentBytes: 64 * 1024,
      onFull: 'block',
    })
    const last = new Map<string, number>()
    for (const text of await drainTexts(journal)) {
      const [id = '', rest] = text.split(' ')
      const i = Number(id.split('.')[2])
      const writer = id.slice(0, id.lastIndexOf('.'))
      if (rest !== id.repeat((i * 37) % 200)) report.damaged.push(text)
      if (i <= (last.get(writer) ?? -1)) disordered.push(id)
      last.set(writer, i)
      seen.set(id, 'found')
    }
    await journal.close()
  }
}

async function drainTexts(journal: Journal): Promise<string[]> {
  const texts: string[] = []
  for (;;) {
    const { records, position } = await journal.read(1000, 1_000_000)
    if (records.length === 0) return texts
    texts.push(...records.map(({ payload }) => payload.toString()))
    await journal.acknowledge(position)
  }
}

/** The whole lines that the child wrote. */
async function runAndKill(dir: string, run: number, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, dir, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  let timer: NodeJS.Timeout | undefined
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    output += text
    timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs)
  })
  await once(child, 'close')
  clearTimeout(timer)
  return output.split('\n').slice(0, -1)
}
