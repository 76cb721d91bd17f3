import type { VirtualKey } from '../types.ts'

/** The model group a name stands for: the team's names first, then the key's own. Names are looked up once each. */
export function resolveModelAlias({ team, aliases }: VirtualKey, model: string): string {
  const byTeam = own(team?.modelAliases, model) ?? model
  return own(aliases, byTeam) ?? byTeam
}

/** The call with the model group that its name stands for: itself where the name is no alias of its key. */
export function withMeantModel<C extends { readonly modelGroup: string }>(call: C, key: VirtualKey | undefined): C {
  const modelGroup = key ? resolveModelAlias(key, call.modelGroup) : call.modelGroup
  return modelGroup === call.modelGroup ? call : { ...call, modelGroup }
}

function own(aliases: Readonly<Record<string, string>> | undefined, model: string): string | undefined {
  return aliases && Object.hasOwn(aliases, model) ? aliases[model] : undefined
}
