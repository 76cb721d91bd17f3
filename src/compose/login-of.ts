import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { AdminDeps } from '../admin/admin-deps.ts'
import { ADMIN_NAME } from '../admin/caller.ts'
import { parseDuration } from '../config/durations.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { LitellmSettings } from '../config/settings/read-settings.ts'
import { ConfigError } from '../errors.ts'
import type { LitellmUi } from '../gateway.ts'
import { isTrue } from '../lib/environment.ts'
import { fileAt, listFolder, type StaticFile } from '../lib/http/static-folder.ts'
import { createLogin, type Login } from '../login/login.ts'
import { createLoginThrottle } from '../login/login-throttle.ts'

/** LiteLLM's defaults. */
const SESSION_DURATION = '24h'
const SESSION_BUDGET = 1
const FAILURES = 10
const WINDOW_MS = 60_000
const BLOCK_MS = 300_000

/** Sign-in as LiteLLM's dashboard has it. It needs a database for sessions, and the master key to sign their tokens. */
export function loginOf(config: ResolvedOptions, admin: AdminDeps | undefined): Login | undefined {
  const { masterKey, env, settings } = config
  const { general, litellm } = settings
  if (!admin || masterKey === undefined || isTrue(env.DISABLE_ADMIN_UI)) return undefined
  const personal = litellm.keyGenerationSettings?.personal_key_generation
  return createLogin({
    admin,
    masterKey,
    ...(general.disableEnvCredentialLogin !== true && {
      administrator: { name: env.UI_USERNAME || 'admin', password: env.UI_PASSWORD || masterKey },
    }),
    administratorId: env.PROXY_ADMIN_ID || ADMIN_NAME,
    session: {
      duration: sessionDuration(env.LITELLM_UI_SESSION_DURATION),
      maxBudget: litellm.maxUiSessionBudget ?? SESSION_BUDGET,
      keyHeaderName: general.litellmKeyHeaderName ?? 'Authorization',
      adminsMakeKeys: personal?.allowed_user_roles?.includes('proxy_admin') ?? false,
    },
    throttle: createLoginThrottle({
      perSource: general.maxFailedLoginAttemptsPerSource ?? FAILURES,
      // Otherwise the address may be that of a proxy, and one guesser would lock all others out.
      limitsSources: general.useXForwardedFor === true,
      windowMs: general.failedLoginWindowSeconds ?? WINDOW_MS,
      blockMs: general.failedLoginBlockSeconds ?? BLOCK_MS,
    }),
  })
}

function sessionDuration(text = SESSION_DURATION): string {
  if (parseDuration(text) !== undefined) return text
  throw new ConfigError(`LITELLM_UI_SESSION_DURATION must be a duration such as 24h, not "${text}".`)
}

/** LiteLLM's dashboard where its folder is named: `general_settings.ui_dir`, else `LITELLM_UI_DIR`. */
export function uiOf({ env, settings: { general }, cwd }: ResolvedOptions, litellm: () => LitellmSettings): LitellmUi {
  const named = general.uiDir ?? env.LITELLM_UI_DIR
  const isDisabled = isTrue(env.DISABLE_ADMIN_UI)
  const folder = named && !isDisabled ? resolve(cwd, named) : undefined
  return {
    ...(folder && { files: buildIn(folder) }),
    logos: folder ? logosFor(folder) : new Map(),
    ...(rootPathOf(env.SERVER_ROOT_PATH) && { rootPath: rootPathOf(env.SERVER_ROOT_PATH) }),
    ...(env.PROXY_BASE_URL && { baseUrl: env.PROXY_BASE_URL }),
    isDisabled,
    hidesCredentialsHint: isTrue(env.LITELLM_HIDE_DEFAULT_CREDENTIALS_HINT) || Boolean(env.UI_PASSWORD),
    pictures() {
      const theme = litellm().uiThemeConfig ?? {}
      return {
        logo: addressIn(theme.logo_url ?? env.UI_LOGO_PATH),
        logoDark: addressIn(theme.logo_url_dark ?? env.UI_LOGO_PATH_DARK),
        favicon: addressIn(theme.favicon_url ?? env.LITELLM_FAVICON_URL),
      }
    },
  }
}

function buildIn(folder: string): ReadonlyMap<string, StaticFile> {
  const files = existsSync(folder) ? listFolder(folder) : new Map<string, StaticFile>()
  const isBuild = files.has('index.html') && [...files.keys()].some((name) => name.startsWith('_next/'))
  if (isBuild) return files
  throw new ConfigError(
    `\`general_settings.ui_dir\` or LITELLM_UI_DIR names ${folder}, where LiteLLM's dashboard is not: index.html and _next ` +
      'are missing. It is the folder `litellm/proxy/_experimental/out` of the Python package litellm, and ' +
      '`express-litellm ui install` copies it.',
  )
}

const LOGOS = ['logo.png', 'logo_dark.png', 'logo_monogram.png', 'logo_monogram_dark.png']

/** They lie in the build where `ui install` has put it, else beside the folder `_experimental` of the Python package. */
function logosFor(folder: string): ReadonlyMap<string, StaticFile> {
  const isPackage = basename(dirname(folder)) === '_experimental'
  const place = isPackage ? dirname(dirname(folder)) : join(folder, 'logos')
  const there = LOGOS.filter((name) => existsSync(join(place, name)))
  return new Map(there.map((name) => [name, fileAt(join(place, name))]))
}

/** `/gateway` of `gateway/`; nothing of `/`. */
function rootPathOf(text = ''): string {
  const path = text.replace(/^\/+|\/+$/g, '')
  return path === '' ? '' : `/${path}`
}

/** Only addresses: a path on this machine must not be readable by all. */
function addressIn(text = ''): string | undefined {
  return /^https?:\/\//.test(text) ? text : undefined
}
