import { decode, plainPath } from './match-path.ts'

/** Matches `/model/{modelId}/{operation}`. The id may be an ARN, percent-encoded or not. */
export function bedrockPath(...operations: readonly string[]) {
  const pattern = new RegExp(`/model/(.+)/(${operations.join('|')})$`)
  return {
    match(path: string): string | undefined {
      const operation = pattern.exec(plainPath(path))?.[2]
      return operation && `/model/{model}/${operation}`
    },
    modelIn(path: string): string | undefined {
      const model = pattern.exec(plainPath(path))?.[1]
      return model === undefined ? undefined : decode(model)
    },
  }
}
