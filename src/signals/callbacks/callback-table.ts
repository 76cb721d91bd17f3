import type { Callback } from './callback.ts'
import { datadog } from './datadog.ts'
import { dynamodb } from './dynamodb.ts'
import { gcsBucket } from './gcs-bucket.ts'
import { genericApi } from './generic-api.ts'
import { langfuse } from './langfuse.ts'
import { langsmith } from './langsmith.ts'
import { otel } from './otel.ts'
import { s3 } from './s3.ts'
import { sqs } from './sqs.ts'
import { standardWebhook } from './standard-webhook.ts'
import { supabase } from './supabase.ts'

/** The callbacks that calls can be told to, by LiteLLM's names; `standard_webhook` is ours. */
export const CALLBACKS: Readonly<Record<string, Callback>> = {
  aws_sqs: sqs,
  datadog,
  dynamodb,
  gcs_bucket: gcsBucket,
  generic_api: genericApi,
  langfuse,
  langfuse_otel: langfuse,
  langsmith,
  otel,
  s3,
  s3_v2: s3,
  standard_webhook: standardWebhook,
  supabase,
}

/** Callbacks of LiteLLM 1.106 that are not there. A configuration that names one is told so at the start. */
export const ABSENT_CALLBACKS: readonly string[] = [
  ...['agentops', 'anthropic_cache_control_hook', 'argilla', 'arize', 'arize_phoenix', 'athina'],
  ...[
    'azure_sentinel',
    'azure_storage',
    'bitbucket',
    'braintrust',
    'clickhouse',
    'cloudzero',
    'compression_interception',
  ],
  ...['datadog_llm_observability', 'datadog_metrics', 'deepeval', 'dotprompt', 'dynamic_rate_limiter'],
  ...['dynamic_rate_limiter_v3', 'email', 'focus', 'galileo', 'gcs_pubsub', 'gitlab'],
  ...['greenscale', 'helicone', 'humanloop', 'lago', 'langtrace', 'levo', 'literalai', 'litellm_agent', 'logfire'],
  ...['lunary', 'mavvrik', 'mlflow', 'newrelic', 'openmeter', 'opik', 'pagerduty', 'pointfive', 'posthog'],
  ...['prometheus_system', 'promptlayer', 'resend_email', 'sendgrid_email', 'sentry', 'signoz'],
  ...['smtp_email', 'traceloop', 'vantage', 'vector_store_pre_call_hook', 'wandb', 'weave_otel', 'zerobus'],
]
