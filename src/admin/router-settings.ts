import type { LiteLLMError } from '../errors.ts'
import type { GroupWeights } from '../models/routing/own-settings.ts'
import type { Deployment, Json } from '../types.ts'
import type { AdminSettings } from './admin-deps.ts'
import { refuse } from './refuse.ts'

/**
 * Why these `router_settings` cannot be those of a key or team, or `undefined`. A member of a wrong type is named; those that
 * do not act are stored as they are. The weights are for deployments that there are, in their groups: `teamId` may use its own.
 */
export function checkRouterSettings(
  value: unknown,
  teamId: unknown,
  { routing }: AdminSettings,
): LiteLLMError | undefined {
  if (!routing || typeof value !== 'object' || value === null) return undefined
  const settings = value as Json
  const [line] = routing.problemsOf(settings)
  if (line !== undefined) return wrong(line)
  const deployments = routing.deployments()
  return deployments && checkWeights((settings.weights ?? {}) as GroupWeights, deployments, teamId)
}

/** The same for a change of a key. One that goes to another team takes weights for its old team's deployments with it. */
export function checkChangedRouting(request: Json, before: Json, settings: AdminSettings): LiteLLMError | undefined {
  const { router_settings: asked, team_id: teamId = before.team_id } = request
  if (asked !== undefined) return checkRouterSettings(asked, teamId, settings)
  return teamId === before.team_id ? undefined : checkRouterSettings(before.router_settings, teamId, settings)
}

function checkWeights(
  weights: GroupWeights,
  deployments: readonly Deployment[],
  teamId: unknown,
): LiteLLMError | undefined {
  const named = Object.entries(weights).flatMap(([group, shares]) => Object.keys(shares).map((id) => ({ group, id })))
  if (named.length === 0) return undefined
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]))
  for (const { group, id } of named) {
    const { modelGroup, routing = {} } = byId.get(id) ?? {}
    const { teamId: team, teamModelGroup = modelGroup } = routing
    // As if there were none: no other team may learn what a team has.
    if (modelGroup === undefined || (team !== undefined && team !== teamId)) {
      return wrong(`Unknown deployment ID in router weights: ${id}`)
    }
    if (group !== teamModelGroup) return wrong(`Deployment ${id} does not belong to model group ${group}`)
  }
  return undefined
}

function wrong(message: string): LiteLLMError {
  return refuse(400, message, { type: 'bad_request_error', param: 'router_settings' })
}
