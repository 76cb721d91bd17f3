// Locks the directory, says so, and stays until it is killed. Says "locked" with the reason when it cannot.
import { writeSync } from 'node:fs'
import { lockDirectory } from '../../../../../src/ledger/journal/directory-lock.ts'

try {
  await lockDirectory(process.argv[2]!)
  writeSync(1, 'held\n')
} catch (error) {
  writeSync(1, `${(error as { code?: string }).code}: ${(error as Error).message}\n`)
}
setInterval(() => {}, 1000)
