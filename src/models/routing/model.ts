import { object } from '../../lib/json.ts'
import type { Deployment, Json } from '../../types.ts'

/** A deployment with what its entry of the `model_list` says about it, for those who ask which models there are. */
export interface Model {
  readonly deployment: Deployment
  /** `litellm_params` of the entry. Holds secrets: it is shown through `shownParams` only. */
  readonly params: Json
  readonly info: Json
  /** It stands in the database, so that it can be changed and deleted there. */
  readonly stored: boolean
}

/** The models of a configuration: its deployments, and in the same order the entries they were made from, where known. */
export function modelsOf(deployments: readonly Deployment[], entries: readonly unknown[] = []): readonly Model[] {
  return deployments.map((deployment, index) => {
    const entry = object(entries[index])
    return {
      deployment,
      params: { model: `${deployment.provider}/${deployment.model}`, ...object(entry.litellm_params) },
      info: object(entry.model_info),
      stored: false,
    }
  })
}
