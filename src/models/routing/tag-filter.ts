import { memoizeByObject } from '../../lib/memoize.ts'
import type { Call, Deployment, VirtualKey } from '../../types.ts'
import type { TagSettings } from './router-settings.ts'

const DEFAULT_TAG = 'default'

/**
 * LiteLLM's tag routing: the deployments a call with these tags may use; none of them when its tags are known to the group
 * but no deployment that has them is `usable`. `all` are the group's deployments, also those that are cooling down: they must not
 * switch the rules off by failing. `!tag` rules deployments out, `&tag` is a must; the other tags are alternatives.
 * `isAsked`: the key's settings switch the rules on. As in LiteLLM 1.106 a body cannot.
 */
export function createTagFilter(settings: TagSettings) {
  const expressions = new Map<string, RegExp | undefined>()

  // Asked about at every call: a group may have thousands of deployments.
  const isOn = memoizeByObject(
    (all: readonly Deployment[]): boolean => all.find(saysWhether)?.routing?.tagFiltering ?? settings.filtering,
  )

  return { isOn, filterByTags }

  function filterByTags(
    usable: readonly Deployment[],
    all: readonly Deployment[],
    call: Call,
    key: VirtualKey | undefined,
    isAsked = false,
  ): readonly Deployment[] {
    if (!isAsked && !isOn(all)) return usable
    const { excluded, required, wanted } = tagsOf(call, key, settings.prefix)
    const allowed = usable.filter((deployment) => !hasAny(deployment, excluded) && hasAll(deployment, required))
    const byAgent = required.length === 0 && call.userAgent !== undefined && allowed.some(hasExpression)
    if (wanted.length > 0 || byAgent) return matching(allowed, all, wanted, call.userAgent)
    if (required.length > 0) return allowed
    return defaultsOf(usable).filter((deployment) => !hasAny(deployment, excluded))
  }

  function matching(
    allowed: readonly Deployment[],
    all: readonly Deployment[],
    wanted: readonly string[],
    agent: string | undefined,
  ): readonly Deployment[] {
    const matched = allowed.filter((deployment) => hasWanted(deployment, wanted) || hasAgent(deployment, agent))
    if (matched.length > 0) return matched
    const known = all.some((deployment) => hasAny(deployment, wanted))
    return known ? [] : allowed.filter(isDefault)
  }

  function hasWanted(deployment: Deployment, wanted: readonly string[]): boolean {
    if (wanted.length === 0) return false
    return settings.matchAny ? hasAny(deployment, wanted) : hasAll(deployment, wanted)
  }

  /** An expression over the user agent cannot get round tags that must all match. */
  function hasAgent(deployment: Deployment, agent: string | undefined): boolean {
    const { tagRegex = [], tags = [] } = deployment.routing ?? {}
    if (agent === undefined || (!settings.matchAny && tags.length > 0)) return false
    return tagRegex.some((source) => expressionOf(source)?.test(`User-Agent: ${agent}`))
  }

  function expressionOf(source: string): RegExp | undefined {
    if (!expressions.has(source)) expressions.set(source, tryExpression(source))
    return expressions.get(source)
  }
}

interface CallTags {
  readonly excluded: readonly string[]
  readonly required: readonly string[]
  readonly wanted: readonly string[]
}

/** The call's own tags and those its key and team add. */
function tagsOf(call: Call, key: VirtualKey | undefined, prefix: string): CallTags {
  const inherited = [key?.metadata, key?.teamMetadata].flatMap((metadata) => stringsOf(metadata?.tags))
  const tags = [...call.tags, ...inherited].map((tag) => (tag.startsWith(prefix) ? tag.slice(prefix.length) : tag))
  const marked = (mark: string) => tags.filter((tag) => tag.startsWith(mark) && tag !== mark).map((tag) => tag.slice(1))
  return {
    excluded: marked('!'),
    required: marked('&'),
    wanted: tags.filter((tag) => !tag.startsWith('!') && !tag.startsWith('&')),
  }
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function saysWhether({ routing }: Deployment): boolean {
  return routing?.tagFiltering !== undefined
}

function hasExpression({ routing }: Deployment): boolean {
  return (routing?.tagRegex ?? []).length > 0
}

function hasAny({ routing }: Deployment, tags: readonly string[]): boolean {
  return tags.some((tag) => routing?.tags?.includes(tag))
}

function hasAll({ routing }: Deployment, tags: readonly string[]): boolean {
  return tags.every((tag) => routing?.tags?.includes(tag))
}

function isDefault(deployment: Deployment): boolean {
  return hasAny(deployment, [DEFAULT_TAG])
}

function defaultsOf(deployments: readonly Deployment[]): readonly Deployment[] {
  const defaults = deployments.filter(isDefault)
  return defaults.length > 0 ? defaults : deployments
}

/** Expressions are written for Python; one that JavaScript cannot read matches nothing. */
function tryExpression(source: string): RegExp | undefined {
  try {
    return new RegExp(source)
  } catch {
    return undefined
  }
}
