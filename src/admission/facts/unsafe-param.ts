const UNSAFE = new Set([
  ...['api_base', 'base_url', 'model_list', 'user_config', 'vertex_credentials', 'vertex_project', 'vertex_location'],
  ...['azure_ad_token', 'azure_username', 'azure_password', 'tenant_id', 'client_id', 'client_secret'],
  ...['litellm_credential_name', 's3_endpoint_url', 'sagemaker_base_url', 'langfuse_host', 'proxy_server_request'],
])

/** Whether a parameter would send the gateway's own credentials somewhere else, or use them for something else. */
export function isUnsafeParam(name: string): boolean {
  return UNSAFE.has(name) || name.startsWith('aws_')
}
