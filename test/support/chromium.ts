import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** `TEST_CHROMIUM`, else the Chromium of this machine, else none. */
export function chromiumPath(): string | undefined {
  const { TEST_CHROMIUM, PATH = '' } = process.env
  if (TEST_CHROMIUM) return TEST_CHROMIUM
  return PATH.split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path))
}
