import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { keptSecret } from '../../../../src/cli/serve/kept-secret.ts'
import { cleanups } from '../../../support/cleanups.ts'

async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'kept-secret-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  return { folder, file: join(folder, 'secret') }
}

test('a secret is made once and then kept', async () => {
  const { file } = await setup()
  expect(await keptSecret(file, () => 'first')).toBe('first')
  expect(await keptSecret(file, () => 'second')).toBe('first')
})

test('only its owner can read the file', async () => {
  const { file } = await setup()
  await keptSecret(file, () => 'mine')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('ten that make it at once agree, and leave one whole file', async () => {
  const { file, folder } = await setup()
  const secrets = await Promise.all(Array.from({ length: 10 }, (_, index) => keptSecret(file, () => `secret ${index}`)))
  expect(new Set(secrets).size).toBe(1)
  expect(await readFile(file, 'utf8')).toBe(`${secrets[0]}\n`)
  expect(await readdir(folder)).toEqual(['secret'])
})

test('an empty file is not taken for a secret', async () => {
  const { file } = await setup()
  await writeFile(file, '')
  await expect(keptSecret(file, () => 'new')).rejects.toThrow('delete it')
})
