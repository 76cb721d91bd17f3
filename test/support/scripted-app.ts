import { startApp, type TestApp, type TestAppOptions } from './app.ts'
import type { TestKey } from './keys.ts'
import { type Script, type ScriptedUpstream, startUpstream } from './upstream.ts'

export interface ScriptedApp {
  readonly upstream: ScriptedUpstream
  readonly app: TestApp
  readonly key: TestKey
  close(): Promise<void>
}

/** A gateway in front of an upstream that does what the script says, and a key for it. */
export async function startScriptedApp(
  script: Script,
  options: Partial<TestAppOptions> | ((upstreamUrl: string) => Partial<TestAppOptions>) = {},
): Promise<ScriptedApp> {
  const upstream = await startUpstream(script)
  const given = typeof options === 'function' ? options(upstream.url) : options
  const app = await startApp({ upstream: upstream.url, ...given })
  return {
    upstream,
    app,
    key: await app.key(),
    async close() {
      await app.close()
      await upstream.close()
    },
  }
}
