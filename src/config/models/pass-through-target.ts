import { type Environment, firstOf } from '../../lib/environment.ts'
import type { PassThroughProvider } from '../../models/providers/provider.ts'
import type { Credential } from '../../types.ts'
import { filledUrl } from './base-url.ts'

export interface PassThroughTarget {
  /** What a path begins with that names no project. */
  readonly project?: string
  /** Without a trailing slash and without the version. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly credential?: Credential
}

/** Where a provider's own API is and with which key it is called, by the environment; or what is missing there. */
export function passThroughTarget(
  { passThrough, ...provider }: PassThroughProvider,
  env: Environment,
): PassThroughTarget | { readonly missing: string } {
  const {
    auth = provider.auth,
    baseUrl,
    baseUrlFrom = provider.baseUrlFrom,
    keyFrom = provider.keyFrom,
    credential,
    version,
  } = passThrough
  const key = firstOf(env, keyFrom)
  const [keyName = 'a provider key'] = keyFrom
  if (!key && !credential) return { missing: keyName }
  const base = firstOf(env, baseUrlFrom) ?? filledUrl(baseUrl, env)
  const [baseName = 'a base URL'] = baseUrlFrom
  if (!base || !/^https?:\/\//i.test(base) || !URL.canParse(base)) return { missing: baseName }
  const url = base.replace(/\/+$/, '')
  return {
    url: version && url.endsWith(version) ? url.slice(0, -version.length) : url,
    ...(passThrough.project && { project: passThrough.project(env) }),
    ...(key
      ? { headers: { ...provider.headers, [auth]: auth === 'authorization' ? `Bearer ${key}` : key } }
      : { headers: { ...provider.headers }, credential: credential?.(env, url) }),
  }
}
