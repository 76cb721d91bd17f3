import { createRequire } from 'node:module'

/** Packages that take part only where they are installed. CommonJS, so that `NODE_PATH` may say where they are. */
export const peers = createRequire(import.meta.url)

export function isInstalled(name: string): boolean {
  try {
    peers.resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}

export function versionOf(name: string): string | undefined {
  return isInstalled(name) ? peers(`${name}/package.json`).version : undefined
}
