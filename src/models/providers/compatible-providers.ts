import { defineProvider, type Provider, type ProviderFacts } from './provider.ts'

/** Its grammar refuses schemas that are closed. */
export const VLLM_DIALECT = { ignoresUser: true, refusesClosedSchemas: true }

/** Servers that speak what they are told to. */
const ANY: ProviderFacts = { shapes: { any: true } }
const BILLS_ON: ProviderFacts = { billsAfterCancel: true }
const RESELLS: ProviderFacts = { billing: { resells: true } }

/**
 * LiteLLM's providers whose API is OpenAI's below one base URL, by the prefix of `model`. Addresses and variables are
 * those of LiteLLM 1.106. A `{NAME}` in an address is filled in from the environment.
 */
const TABLE: Readonly<Record<string, ProviderFacts>> = {
  abliteration: at('https://api.abliteration.ai/v1', '', 'ABLITERATION_API_KEY'),
  ai21: at('https://api.ai21.com/studio/v1', 'AI21_API_BASE', 'AI21_API_KEY', BILLS_ON),
  ai21_chat: at('https://api.ai21.com/studio/v1', 'AI21_API_BASE', 'AI21_API_KEY'),
  aihubmix: at('https://aihubmix.com/v1', 'AIHUBMIX_API_BASE', 'AIHUBMIX_API_KEY'),
  aiml: at('https://api.aimlapi.com/v1', 'AIML_API_BASE', 'AIML_API_KEY', { billing: { family: 'aiml' } }),
  aiohttp_openai: at(undefined, '', ''),
  amazon_nova: at('https://api.nova.amazon.com/v1', 'AMAZON_NOVA_API_BASE', 'AMAZON_NOVA_API_KEY'),
  apertis: at('https://api.stima.tech/v1', '', 'STIMA_API_KEY'),
  assemblyai: at('https://llm-gateway.assemblyai.com/v1', '', 'ASSEMBLYAI_API_KEY'),
  baseten: at('https://inference.baseten.co/v1', 'BASETEN_API_KEY', ''),
  cerebras: at('https://api.cerebras.ai/v1', 'CEREBRAS_API_BASE', 'CEREBRAS_API_KEY', {
    // Its API reference.
    refusedParams: ['frequency_penalty', 'logit_bias', 'presence_penalty'],
    dialect: { isStrict: true },
  }),
  charity_engine: at('https://api.charityengine.services/remotejobs/v2/inference', '', 'CHARITY_ENGINE_API_KEY'),
  chutes: at('https://llm.chutes.ai/v1', '', 'CHUTES_API_KEY'),
  clarifai: at('https://api.clarifai.com/v2/ext/openai/v1', '', 'CLARIFAI_API_KEY'),
  cloudflare: at(
    'https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1',
    'CLOUDFLARE_API_BASE',
    'CLOUDFLARE_API_KEY',
    { domains: ['cloudflare.com'] },
  ),
  cognition: at('https://api.cognition.ai/v1', 'COGNITION_API_BASE', 'COGNITION_API_KEY'),
  cometapi: at('https://api.cometapi.com/v1', 'COMETAPI_API_BASE COMETAPI_BASE_URL', 'COMETAPI_KEY COMETAPI_API_KEY', {
    suffix: '/v1',
  }),
  compactifai: at('https://api.compactif.ai/v1', '', 'COMPACTIFAI_API_KEY'),
  cortecs: at('https://api.cortecs.ai/v1', 'CORTECS_API_BASE', 'CORTECS_API_KEY'),
  crusoe: at('https://managed-inference-api-proxy.crusoecloud.com/v1', 'CRUSOE_API_BASE', 'CRUSOE_API_KEY'),
  custom_openai: at(undefined, '', '', ANY),
  darkbloom: at('https://api.darkbloom.dev/v1', 'DARKBLOOM_API_BASE', 'DARKBLOOM_API_KEY'),
  databricks: at(undefined, 'DATABRICKS_API_BASE', 'DATABRICKS_API_KEY', {
    billing: { family: 'databricks' },
    dialect: { takesCacheMarks: true },
  }),
  datarobot: at('https://app.datarobot.com/api/v2/genai/llmgw', 'DATAROBOT_ENDPOINT', 'DATAROBOT_API_TOKEN', {
    suffix: '/api/v2/genai/llmgw',
  }),
  deepinfra: at('https://api.deepinfra.com/v1/openai', 'DEEPINFRA_API_BASE', 'DEEPINFRA_API_KEY'),
  deepseek: at('https://api.deepseek.com/beta', 'DEEPSEEK_API_BASE', 'DEEPSEEK_API_KEY', {
    wellKnown: /^deepseek-(chat|reasoner)$/,
  }),
  docker_model_runner: at(
    'http://localhost:22088/engines/llama.cpp/v1',
    'DOCKER_MODEL_RUNNER_API_BASE',
    'DOCKER_MODEL_RUNNER_API_KEY',
    { suffix: '/v1' },
  ),
  edenai: at('https://api.edenai.run/v3', 'EDENAI_API_BASE', 'EDENAI_API_KEY'),
  empiriolabs: at('https://api.empiriolabs.ai/v1', 'EMPIRIOLABS_API_BASE', 'EMPIRIOLABS_API_KEY'),
  empower: at('https://app.empower.dev/api/v1', 'EMPOWER_API_BASE', 'EMPOWER_API_KEY'),
  featherless_ai: at(
    'https://api.featherless.ai/v1',
    'FEATHERLESS_AI_API_BASE FEATHERLESS_API_BASE',
    'FEATHERLESS_AI_API_KEY FEATHERLESS_API_KEY',
    BILLS_ON,
  ),
  friendliai: at('https://api.friendli.ai/serverless/v1', 'FRIENDLI_API_BASE', 'FRIENDLIAI_API_KEY FRIENDLI_TOKEN'),
  galadriel: at('https://api.galadriel.com/v1', 'GALADRIEL_API_BASE', 'GALADRIEL_API_KEY'),
  gigachat: at(
    'https://gigachat.devices.sberbank.ru/api/v1',
    'GIGACHAT_API_BASE',
    'GIGACHAT_ACCESS_TOKEN GIGACHAT_API_KEY',
  ),
  github: at('https://models.inference.ai.azure.com', 'GITHUB_API_BASE', 'GITHUB_API_KEY', {
    domains: ['models.inference.ai.azure.com'],
    ...RESELLS,
  }),
  gmi: at('https://api.gmi-serving.com/v1', '', 'GMI_API_KEY'),
  gradient_ai: at('https://inference.do-ai.run/v1', '', 'GRADIENT_AI_API_KEY', { suffix: '/v1' }),
  helicone: at('https://ai-gateway.helicone.ai', '', 'HELICONE_API_KEY'),
  heroku: at(undefined, 'HEROKU_API_BASE', 'HEROKU_API_KEY', { suffix: '/v1' }),
  hosted_vllm: at(undefined, 'HOSTED_VLLM_API_BASE', 'HOSTED_VLLM_API_KEY', { ...ANY, dialect: VLLM_DIALECT }),
  hyperbolic: at('https://api.hyperbolic.xyz/v1', 'HYPERBOLIC_API_BASE', 'HYPERBOLIC_API_KEY'),
  inception: at('https://api.inceptionlabs.ai/v1', 'INCEPTION_API_BASE', 'INCEPTION_API_KEY'),
  infinity: at(undefined, 'INFINITY_API_BASE', 'INFINITY_API_KEY'),
  jina_ai: at('https://api.jina.ai/v1', 'JINA_AI_API_BASE', 'JINA_AI_API_KEY JINA_API_KEY JINA_AI_TOKEN'),
  lambda_ai: at('https://api.lambda.ai/v1', 'LAMBDA_API_BASE', 'LAMBDA_API_KEY', BILLS_ON),
  langgraph: at('http://localhost:2024', 'LANGGRAPH_API_BASE', 'LANGGRAPH_API_KEY'),
  lemonade: at('http://localhost:8000/api/v1', 'LEMONADE_API_BASE', 'LEMONADE_API_KEY'),
  libertai: at('https://api.libertai.io/v1', 'LIBERTAI_API_BASE', 'LIBERTAI_API_KEY'),
  llamafile: at('http://127.0.0.1:8080/v1', 'LLAMAFILE_API_BASE', 'LLAMAFILE_API_KEY', {
    dialect: { ignoresUser: true },
  }),
  llamagate: at('https://api.llamagate.dev/v1', '', 'LLAMAGATE_API_KEY'),
  lm_studio: at(undefined, 'LM_STUDIO_API_BASE', 'LM_STUDIO_API_KEY'),
  manus: at('https://api.manus.im', 'MANUS_API_BASE', 'MANUS_API_KEY'),
  maritalk: at('https://chat.maritaca.ai/api', 'MARITALK_API_BASE', 'MARITALK_API_KEY'),
  meta: at('https://api.meta.ai/v1', 'META_API_BASE', 'META_API_KEY'),
  meta_llama: at('https://api.llama.com/compat/v1', 'LLAMA_API_BASE', 'LLAMA_API_KEY'),
  minimax: at('https://api.minimax.io/v1', 'MINIMAX_API_BASE', 'MINIMAX_API_KEY', { suffix: '/v1', ...BILLS_ON }),
  modelscope: at('https://api-inference.modelscope.cn/v1', 'MODELSCOPE_API_BASE', 'MODELSCOPE_API_KEY'),
  moonshot: at('https://api.moonshot.ai/v1', 'MOONSHOT_API_BASE', 'MOONSHOT_API_KEY'),
  morph: at('https://api.morphllm.com/v1', 'MORPH_API_BASE', 'MORPH_API_KEY'),
  nadir: at('https://api.getnadir.com/v1', 'NADIR_API_BASE', 'NADIR_API_KEY', RESELLS),
  'nano-gpt': at('https://nano-gpt.com/api/v1', '', 'NANOGPT_API_KEY'),
  nanogpt: at('https://nano-gpt.com/api/v1', '', 'NANOGPT_API_KEY'),
  nebius: at('https://api.studio.nebius.ai/v1', 'NEBIUS_API_BASE', 'NEBIUS_API_KEY', BILLS_ON),
  neosantara: at('https://api.neosantara.xyz/v1', 'NEOSANTARA_API_BASE', 'NEOSANTARA_API_KEY'),
  novita: at('https://api.novita.ai/v3/openai', 'NOVITA_API_BASE', 'NOVITA_API_KEY'),
  nscale: at('https://inference.api.nscale.com/v1', 'NSCALE_API_BASE', 'NSCALE_API_KEY'),
  nvidia_nim: at('https://integrate.api.nvidia.com/v1', 'NVIDIA_NIM_API_BASE', 'NVIDIA_NIM_API_KEY'),
  openai_like: at(undefined, 'OPENAI_LIKE_API_BASE', 'OPENAI_LIKE_API_KEY', ANY),
  ovhcloud: at('https://oai.endpoints.kepler.ai.cloud.ovh.net/v1', 'OVHCLOUD_API_BASE', 'OVHCLOUD_API_KEY'),
  parasail: at('https://api.parasail.io/v1', 'PARASAIL_API_BASE', 'PARASAIL_API_KEY'),
  pinstripes: at('https://pinstripes.io/v1', 'PINSTRIPES_API_BASE', 'PINSTRIPES_API_KEY'),
  poe: at('https://api.poe.com/v1', '', 'POE_API_KEY'),
  prism: at('https://api.prisminference.com/v1', 'PRISM_API_BASE', 'PRISM_API_KEY'),
  publicai: at('https://api.publicai.co/v1', 'PUBLICAI_API_BASE', 'PUBLICAI_API_KEY'),
  reka: at('https://api.reka.ai/v1', 'REKA_API_BASE', 'REKA_API_KEY'),
  sail: at('https://api.sailresearch.com/v1', 'SAIL_API_BASE', 'SAIL_API_KEY'),
  sambanova: at('https://api.sambanova.ai/v1', 'SAMBANOVA_API_BASE', 'SAMBANOVA_API_KEY', BILLS_ON),
  sarvam: at('https://api.sarvam.ai/v1', '', 'SARVAM_API_KEY'),
  scaleway: at('https://api.scaleway.ai/v1', '', 'SCW_SECRET_KEY'),
  'scx-ai': at('https://api.scx.ai/v1', 'SCX_API_BASE', 'SCX_API_KEY'),
  snowflake: at(
    'https://{SNOWFLAKE_ACCOUNT_ID}.snowflakecomputing.com/api/v2/cortex/v1',
    'SNOWFLAKE_API_BASE',
    'SNOWFLAKE_JWT',
    {
      domains: ['snowflakecomputing.com'],
      suffix: '/api/v2/cortex/v1',
      headers: { 'x-snowflake-authorization-token-type': 'KEYPAIR_JWT' },
    },
  ),
  soniox: at('https://api.soniox.com', 'SONIOX_API_BASE', 'SONIOX_API_KEY'),
  synthetic: at('https://api.synthetic.new/openai/v1', '', 'SYNTHETIC_API_KEY'),
  tencent: at('https://tokenhub-intl.tencentcloudmaas.com/v1', 'TENCENT_API_BASE', 'TENCENT_API_KEY'),
  tensormesh: at(
    'https://serverless.tensormesh.ai/v1',
    'TENSORMESH_SERVERLESS_BASE_URL',
    'TENSORMESH_INFERENCE_API_KEY',
  ),
  v0: at('https://api.v0.dev/v1', 'V0_API_BASE', 'V0_API_KEY'),
  venice: at('https://api.venice.ai/api/v1', '', 'VENICE_AI_API_KEY'),
  veniceai: at('https://api.venice.ai/api/v1', '', 'VENICE_AI_API_KEY'),
  vercel_ai_gateway: at(
    'https://ai-gateway.vercel.sh/v1',
    'VERCEL_AI_GATEWAY_API_BASE',
    'VERCEL_AI_GATEWAY_API_KEY VERCEL_OIDC_TOKEN',
    { dialect: { takesCacheMarks: true } },
  ),
  volcengine: at('https://ark.cn-beijing.volces.com/api/v3', 'VOLCENGINE_API_BASE', 'VOLCENGINE_API_KEY'),
  voyage: at('https://api.voyageai.com/v1', 'VOYAGE_API_BASE', 'VOYAGE_API_KEY'),
  wandb: at('https://api.inference.wandb.ai/v1', 'WANDB_API_BASE', 'WANDB_API_KEY'),
  xiaomi_mimo: at('https://api.xiaomimimo.com/v1', '', 'XIAOMI_MIMO_API_KEY'),
  xinference: at('http://127.0.0.1:9997/v1', 'XINFERENCE_API_BASE', 'XINFERENCE_API_KEY'),
  zai: at('https://api.z.ai/api/paas/v4', 'ZAI_API_BASE', 'ZAI_API_KEY'),
}

export const compatibleProviders: readonly Provider[] = Object.entries(TABLE).map(([name, facts]) =>
  defineProvider(name, facts),
)

/** One row: base URL, variables that may hold another one, variables that may hold the key, and what differs. */
function at(
  baseUrl: string | undefined,
  baseUrlFrom: string,
  keyFrom: string,
  more: ProviderFacts = {},
): ProviderFacts {
  return {
    ...(baseUrl === undefined ? {} : { baseUrl }),
    baseUrlFrom: words(baseUrlFrom),
    keyFrom: words(keyFrom),
    ...more,
  }
}

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ')
}
