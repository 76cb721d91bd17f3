import type { Sql } from 'postgres'
import type { TimeZone } from '../admission/facts/time-zone.ts'
import type { GatewayEvents } from '../events.ts'
import type { SchemaSource } from '../keys/key-lookup.ts'
import type { Deployment, Json } from '../types.ts'
import type { StoredModels } from './models/stored-models.ts'

/** What the management of keys, users and teams needs of a gateway. */
export interface AdminDeps {
  readonly sql: Sql
  /** The tables this database has. Asked for a fresh answer when a table or column turns out to be gone. */
  readonly schema: SchemaSource
  /** The keys in memory: told which of them have changed. */
  readonly keys: { forget(hashedToken: string): void; clear(): void }
  readonly masterKeyHash?: string
  readonly settings: AdminSettings
  readonly events: Pick<GatewayEvents, 'tell'>
  /** Default: the system's clock. */
  readonly now?: () => Date
}

/** LiteLLM's settings for what is created. Members of the objects are named as in LiteLLM's configuration. */
export interface AdminSettings {
  /** `default_key_generate_params`: for what a request leaves open. */
  readonly defaultKeyParams?: Json
  /** `upperbound_key_generate_params`: what a request may ask for at most. */
  readonly upperboundKeyParams?: Json
  /** `key_generation_settings`: who may make which keys. */
  readonly keyGeneration?: KeyGeneration
  /** `default_internal_user_params`. */
  readonly defaultUserParams?: Json
  /** `default_team_params`. */
  readonly defaultTeamParams?: Json
  /** `max_internal_user_budget`: US dollars, for internal users without a budget of their own. */
  readonly maxInternalUserBudget?: number
  /** `max_budget`: US dollars, for everybody together. */
  readonly maxBudget?: number
  readonly internalUserBudgetDuration?: string
  /** How long a replaced key goes on working when the request does not say. */
  readonly rotationGracePeriod?: string
  /** Store no abbreviation of the secret (`DISABLE_KEY_NAME`). */
  readonly disableKeyName?: boolean
  /** Random bytes of a new secret (`LENGTH_OF_LITELLM_GENERATED_KEY`). Default 16. */
  readonly secretBytes?: number
  /** By whose clock budgets are reset. Default: UTC. */
  readonly timeZone?: TimeZone
  /** Every caller may say whom a change is for, as before LiteLLM 1.84. */
  readonly trustChangedBy?: boolean
  /** Whether changes leave rows in the log of changes. Absent: where `ownsTables` says so. */
  readonly storesAuditLogs?: boolean | undefined
  /** Whether this package makes the tables, and no LiteLLM. Absent: it does. */
  readonly ownsTables?: () => Promise<boolean>
  /** Names that `default_model` of a customer may have. Absent: any. */
  readonly modelGroups?: () => readonly string[]
  /** What `router_settings` of keys and teams are checked by. Absent: they are not. */
  readonly routing?: {
    /** A line for each member of a wrong type. */
    problemsOf(settings: Json): readonly string[]
    /** `undefined`: the router does not tell. */
    deployments(): readonly Deployment[] | undefined
  }
  /** What the configuration's file says, and what it may say. Absent: settings cannot be read or changed here. */
  readonly configuration?: Configuration
  /** What passwords of the dashboard must have. Absent: LiteLLM's defaults. */
  readonly passwordPolicy?: PasswordPolicy
  /** US dollars of a call by its messages or its answer; `undefined`: its price is not known. */
  readonly costOf?: (asked: PricedRequest) => Promise<number | undefined>
  /** The models in the database. Absent: `store_model_in_db` is off, and none can be changed. */
  readonly storedModels?: StoredModels
  /** What cold storage keeps of a call, by the key in its row. Absent: there is none. */
  readonly readCold?: (key: string) => Promise<Json | undefined>
}

/** A call before it is made, or the answer of one that was made, in OpenAI's form. */
export type PricedRequest = { readonly model: string; readonly messages: readonly Json[] } | { readonly response: Json }

/** What the configuration demands of those who make keys, of teams and of persons. */
export interface KeyGeneration {
  readonly team?: KeyGenerationRule
  readonly personal?: KeyGenerationRule
}

export interface KeyGenerationRule {
  /** Roles within the team, or of users. Absent: all. */
  readonly allowedRoles?: readonly string[]
  /** Members that every request must have. */
  readonly requiredParams?: readonly string[]
}

/** LiteLLM's `password_policy_*`: 12 characters, and each kind of them, unless it says otherwise. */
export interface PasswordPolicy {
  readonly minLength?: number
  readonly requireUppercase?: boolean
  readonly requireLowercase?: boolean
  readonly requireNumbers?: boolean
  readonly requireSpecial?: boolean
}

export type SettingsSection = 'general_settings' | 'litellm_settings' | 'router_settings'

/** The configuration beside what `LiteLLM_Config` has of it. */
export interface Configuration {
  /** The sections as the file has them: the database cannot change what stands there. */
  readonly written: Readonly<Record<SettingsSection, Json>>
  /** Every setting that is acted on. */
  readonly fields: Readonly<Record<SettingsSection, readonly SettingField[]>>
  /** A line for each value of a wrong type. */
  problemsOf(section: SettingsSection, values: Json): readonly string[]
  /** The environment, with the variables of file and database on top. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface SettingField {
  readonly name: string
  /** Its kind, as the documentation names it: `integer`, `true or false`. */
  readonly kind: string
  readonly description: string
}
