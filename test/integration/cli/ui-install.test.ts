import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runCommand } from '../../../src/cli/commands/run-command.ts'
import { packageProgram } from '../../../src/cli/postgres/package-program.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ui-install-'))
})
afterEach(() => rmSync(home, { recursive: true }))

/** A Python whose package litellm is in the folder that it prints. */
function python(prints: string, name = 'python3'): string {
  const file = join(home, name)
  writeFileSync(file, `#!/bin/sh\n${prints === '' ? 'exit 1' : `echo '${prints}'`}\n`)
  chmodSync(file, 0o755)
  return file
}

function litellmPackage(withBuild = true): string {
  const folder = join(home, 'site-packages', 'litellm')
  const build = join(folder, 'proxy', '_experimental', 'out')
  mkdirSync(join(build, '_next'), { recursive: true })
  if (withBuild) writeFileSync(join(build, 'index.html'), 'page')
  writeFileSync(join(folder, 'proxy', 'logo.png'), 'logo')
  return folder
}

async function install(args: readonly string[], env: Record<string, string> = {}) {
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const around = { env, cwd: home, print: say, warn: say, stopRequested: new Promise<void>(() => {}) }
  const exitCode = await runCommand(['ui', ...args], packageProgram, around)
  return { exitCode, said: said.join('\n') }
}

test('the build and its logos are copied out of the package of the Python on the path, and copied again', async () => {
  python(litellmPackage())
  for (let time = 0; time < 2; time++) {
    const { exitCode, said } = await install(['install'], { PATH: home })
    expect([exitCode, said]).toEqual([0, expect.stringContaining('LITELLM_UI_DIR=.express-litellm/ui')])
    expect(readFileSync(join(home, '.express-litellm/ui/index.html'), 'utf8')).toBe('page')
    expect(readFileSync(join(home, '.express-litellm/ui/logos/logo.png'), 'utf8')).toBe('logo')
  }
})

test('the Python of the active environment and that of the command litellm are asked too', async () => {
  const folder = litellmPackage()
  mkdirSync(join(home, 'venv/bin'), { recursive: true })
  python(folder, 'venv/bin/python')
  expect((await install(['install', '--to', 'a'], { VIRTUAL_ENV: join(home, 'venv') })).exitCode).toBe(0)
  mkdirSync(join(home, 'bin'))
  writeFileSync(join(home, 'bin/litellm'), `#!${join(home, 'venv/bin/python')}\n`)
  expect((await install(['install', '--to', 'b'], { PATH: join(home, 'bin') })).exitCode).toBe(0)
})

test('what is missing is told: a Python, the package, its dashboard, or what was meant by --from', async () => {
  expect((await install(['install'], { PATH: home })).said).toContain("pip install 'litellm[proxy]'")
  const asked = python('')
  expect((await install(['install'], { PATH: home })).said).toContain(`Asked: ${asked}`)
  expect((await install(['install', '--from', 'nowhere'])).said).toContain('--from')
  python(litellmPackage(false))
  const { exitCode, said } = await install(['install'], { PATH: home })
  expect([exitCode, said]).toEqual([1, expect.stringContaining('has no dashboard')])
  expect((await install([])).said).toContain('ui can install')
})

test('a folder that is not a copy of the dashboard is left alone', async () => {
  const folder = litellmPackage()
  writeFileSync(join(home, 'precious'), 'x')
  const { exitCode, said } = await install(['install', '--from', folder, '--to', '.'])
  expect([exitCode, said]).toEqual([1, expect.stringContaining('--to')])
  expect(existsSync(join(home, 'precious'))).toBe(true)
})
