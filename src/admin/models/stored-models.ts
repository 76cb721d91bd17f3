import type { Json } from '../../types.ts'

/** The models in the database, for those who change them. */
export interface StoredModels {
  /** Each text sealed, in the format that readers of this database understand. */
  seal(params: Json): Promise<Json>
  /** The texts of stored parameters, opened. */
  open(params: unknown): Json
  /** Throws a `ConfigError` for an entry of a `model_list` that cannot be used. */
  check(entry: { readonly model_name: string; readonly litellm_params: Json; readonly model_info: Json }): void
  /** Rows have changed: routes by them from now on. `deleted` is the id of one that is gone. */
  changed(deleted?: string): Promise<void>
}
