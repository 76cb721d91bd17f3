import { oncePer } from '../once-per.ts'
import type { Deployment } from '../types.ts'

/** Where a deployment computes, as far as its address tells. Decides regional prices. */
export interface Location {
  /** AWS region of a Bedrock endpoint. */
  readonly region?: string
  /** "eu" or "us" for OpenAI's regional hosts. */
  readonly dataResidency?: string
  /** Google's location, "global" included. */
  readonly vertexLocation?: string
}

const BEDROCK = /\bbedrock[a-z-]*\.([a-z0-9-]+)\.amazonaws\.com/i
const OPENAI = /^https?:\/\/(eu|us)\.api\.openai\.com\b/i
const VERTEX_PATH = /\/locations\/([a-z0-9-]+)/i
const VERTEX_HOST = /^https?:\/\/([a-z0-9-]+)-aiplatform\.googleapis\.com/i

export const locationOf = oncePer(
  ({ baseUrl }: Pick<Deployment, 'baseUrl'>): Location => ({
    region: BEDROCK.exec(baseUrl)?.[1],
    dataResidency: OPENAI.exec(baseUrl)?.[1]?.toLowerCase(),
    vertexLocation: (VERTEX_PATH.exec(baseUrl) ?? VERTEX_HOST.exec(baseUrl))?.[1]?.toLowerCase(),
  }),
)
