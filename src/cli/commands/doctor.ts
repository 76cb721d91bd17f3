import { rejectionText } from '../../config/models/deployments.ts'
import { DeadLetters } from '../../ledger/journal/dead-letters.ts'
import { deadLettersDir, whyVolatile } from '../../ledger/journal/open-journal.ts'
import { examine } from '../../upkeep/doctor.ts'
import type { Program, ServeSettings, Surroundings } from '../postgres/program.ts'
import { type DatabaseArguments, withDatabase } from './with-database.ts'

export type DoctorArguments = DatabaseArguments

const MARKS = { fine: '   ', note: ' ! ', problem: ' x ' } as const

/** Says what database this is, what would be written where, and which models of the configuration are disabled. The exit code is 1 when something must be done first. */
export async function doctor(args: DoctorArguments, program: Program, around: Surroundings): Promise<number> {
  return await withDatabase(args, program, around, async (sql, settings) => {
    const { database, spend } = settings
    const { rows, disabled, url: rowsUrl } = spend
    const findings = await examine({ sql, url: database.url!, rows, disabled, rowsUrl })
    for (const { level, text } of findings) around.print(`${MARKS[level]}${text}`)
    for (const text of settings.rejectedModels.map(rejectionText)) around.print(`${MARKS.note}${text}`)
    for (const text of await journalLines(settings)) around.print(`${MARKS.fine}${text}`)
    const problems = findings.filter(({ level }) => level === 'problem').length
    around.print(problems === 0 ? 'Nothing stands in the way.' : `${problems} things must be done first (x).`)
    return problems === 0 ? 0 : 1
  })
}

async function journalLines({ journal: { dir } }: ServeSettings): Promise<string[]> {
  const why = await whyVolatile(dir).catch(() => undefined)
  const letters = await new DeadLetters(deadLettersDir(dir)).list()
  return [
    `journal: ${dir}${why ? `, which does not survive a reboot: ${why}` : ''}`,
    ...(letters.length > 0 ? [`dead letters: ${letters.length}, see express-litellm dlq list`] : []),
  ]
}
