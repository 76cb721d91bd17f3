import * as z from 'zod'

const text = z.string().min(1).optional()
/** They become part of an address. */
const place = z
  .string()
  .regex(/^[a-z0-9-]+$/, 'must be letters, digits and dashes')
  .optional()

/** How the entry of a model writes `CloudParams`. */
export const cloudParamsShape = {
  aws_access_key_id: text,
  aws_secret_access_key: text,
  aws_session_token: text,
  aws_region_name: place,
  aws_profile_name: text,
  aws_role_name: text,
  aws_session_name: text,
  aws_external_id: text,
  aws_web_identity_token: text,
  aws_sts_endpoint: z.url({ protocol: /^https?$/, error: 'must be a URL' }).optional(),
  aws_bedrock_runtime_endpoint: text,
  vertex_project: z
    .string()
    .regex(/^[a-z0-9:.-]+$/i, 'must be the id of a project')
    .optional(),
  vertex_location: place,
  vertex_credentials: z.union([text, z.looseObject({})], { error: 'must be a path or an object' }).optional(),
}

export const CLOUD_PARAMS = Object.keys(cloudParamsShape)
