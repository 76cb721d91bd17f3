import { createLiteLLM } from '../compose/create-gateway.ts'
import type { Gateway } from '../gateway.ts'

export interface GatewayOption<T> {
  /** The gateway to use. Default: one for the whole process, made from the environment and `config.yaml` on first use. */
  readonly gateway?: T
}

let shared: Gateway | undefined

/** The gateway for the whole process, made on first use from the environment and `config.yaml`. */
export function defaultGateway(): Gateway {
  shared ??= createLiteLLM()
  return shared
}

/** The gateway that was given, or the one for the whole process. Mistakes in its configuration show at once. */
export function gatewayOf<T>({ gateway }: GatewayOption<T>): T {
  return gateway ?? (defaultGateway() as T)
}
