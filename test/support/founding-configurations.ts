import { readFileSync } from 'node:fs'

/** Four of the five configurations that this package was founded on, word for word. The fifth is an environment alone. */
const NAMES = ['litellm-database', 'spend-tracking', 'session-tracking', 'local-and-cloud'] as const

export function foundingConfiguration(name: (typeof NAMES)[number]): string {
  return readFileSync(`test/fixtures/config/${name}.yaml`, 'utf8')
}
