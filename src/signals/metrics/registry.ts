import { ConfigError } from '../../errors.ts'
import type { MetricValues } from './merge-metrics.ts'
import type { MetricKind } from './series.ts'

/** A metric as prom-client takes it: only when it is read does it say its values. */
export interface RegisteredMetric {
  readonly name: string
  readonly type: MetricKind
  readonly help: string
  get(): Promise<MetricValues>
}

/** What is used of prom-client's registry. Its own types would be missing where the package is not installed. */
export interface Registry {
  readonly contentType: string
  registerMetric(metric: RegisteredMetric): void
  metrics(): Promise<string>
}

interface PromClient {
  readonly Registry: new () => Registry
}

const PACKAGE: string = 'prom-client'

/** A registry with these metrics. Rejects with a ConfigError when prom-client is not installed. */
export async function openRegistry(metrics: readonly RegisteredMetric[]): Promise<Registry> {
  const client = await load()
  const registry = new client.Registry()
  for (const metric of metrics) registry.registerMetric(metric)
  return registry
}

/** These values in Prometheus' text format. */
export async function textOf(metrics: readonly MetricValues[]): Promise<string> {
  const registry = await openRegistry(metrics.map((metric) => ({ ...metric, get: async () => metric })))
  return await registry.metrics()
}

async function load(): Promise<PromClient> {
  try {
    // Only who reads metrics needs this package.
    const module = (await import(PACKAGE)) as PromClient & { readonly default?: PromClient }
    return module.default ?? module
  } catch (cause) {
    throw new ConfigError('Metrics need the package prom-client: npm install prom-client', { cause })
  }
}
