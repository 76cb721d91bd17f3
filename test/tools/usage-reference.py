"""Makes test/fixtures/cost/usages.json: what LiteLLM itself charges for usages as providers state them, odd ones too.

    python3 -m venv venv && venv/bin/pip install litellm==1.106.12
    venv/bin/python test/tools/usage-reference.py

Each usage goes through the transformation that LiteLLM has for its API, then through litellm.cost_per_token at the prices
that stand at its top.
"""

import itertools
import json
import os
import pathlib

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm  # noqa: E402
from litellm.litellm_core_utils.llm_cost_calc.utils import generic_cost_per_token  # noqa: E402
from litellm.llms.anthropic.chat.transformation import AnthropicConfig  # noqa: E402
from litellm.llms.bedrock.chat.converse_transformation import AmazonConverseConfig  # noqa: E402
from litellm.llms.bedrock.embed.amazon_titan_multimodal_transformation import AmazonTitanMultimodalEmbeddingG1Config  # noqa: E402
from litellm.llms.vertex_ai.gemini.vertex_and_google_ai_studio_gemini import VertexGeminiConfig  # noqa: E402
from litellm.responses.utils import ResponseAPILoggingUtils  # noqa: E402
from litellm.types.utils import Usage  # noqa: E402

TARGET = pathlib.Path(__file__).parent.parent / "fixtures" / "cost" / "usages.json"

PLAIN = dict(input_cost_per_token=3e-06, output_cost_per_token=1.5e-05)
CACHED = dict(cache_read_input_token_cost=3e-07, cache_creation_input_token_cost=3.75e-06)
PRICES = {
    "plain": PLAIN,
    "cached": PLAIN | CACHED | dict(cache_creation_input_token_cost_above_1hr=6e-06),
    "no hour": PLAIN | CACHED,
    "modal": PLAIN | CACHED | dict(input_cost_per_audio_token=4e-05, input_cost_per_image_token=5e-06, output_cost_per_audio_token=8e-05, output_cost_per_image_token=3e-05, output_cost_per_reasoning_token=2e-05),
    "thresholds": PLAIN | CACHED | dict(input_cost_per_token_above_200k_tokens=6e-06, output_cost_per_token_above_200k_tokens=2.25e-05, cache_read_input_token_cost_above_200k_tokens=6e-07),
    "tiers": dict(tiered_pricing=[dict(range=[0, 1000], input_cost_per_token=1e-06, output_cost_per_token=5e-06, output_cost_per_reasoning_token=7e-06), dict(range=[1000, 1000000], input_cost_per_token=2e-06, output_cost_per_token=1e-05, cache_read_input_token_cost=2e-07)]),
    "tiers and flat": dict(output_cost_per_token=9e-06, input_cost_per_token=8e-06, tiered_pricing=[dict(range=[0, 1000], input_cost_per_token=1e-06), dict(range=[1000, 1000000], input_cost_per_token=2e-06)]),
    "text": dict(input_cost_per_token="3e-06", output_cost_per_token="0.000015", cache_read_input_token_cost=None, cache_creation_input_token_cost="3.75e-6"),
    "nonsense": dict(input_cost_per_token=3e-06, output_cost_per_token="a lot", cache_read_input_token_cost="little"),
    "tiers of text": dict(tiered_pricing=[dict(range=[0, 1000000], input_cost_per_token="1e-06", output_cost_per_token="nonsense")]),
    "per image": dict(input_cost_per_token=1e-07, output_cost_per_token=0.0, input_cost_per_image=1e-04),
}
# LiteLLM's look-up by name stumbles over these; the calculation that follows does not. Providers with one of their own do.
AS_TEXT = {"text", "nonsense", "tiers of text"}
GENERIC = {"openai", "mistral", "anthropic", "bedrock", "gemini"}
# Alibaba's calculator reads no thresholds, and no entry of the map has any for it.
UNREAD = {("thresholds", "dashscope"), ("thresholds", "qwencloud")}

OPENAI = [
    dict(prompt_tokens=0, completion_tokens=100, total_tokens=100),
    dict(prompt_tokens=0, completion_tokens=100, total_tokens=100, completion_tokens_details=dict(reasoning_tokens=40)),
    dict(prompt_tokens=0, completion_tokens=0, total_tokens=0),
    dict(prompt_tokens=0, completion_tokens=20, total_tokens=20, prompt_tokens_details=dict(cached_tokens=14)),
    dict(prompt_tokens=10, completion_tokens=20, total_tokens=30, prompt_tokens_details=dict(cached_tokens=14)),
    dict(prompt_tokens=100, completion_tokens=20, total_tokens=120, prompt_tokens_details=dict(cached_tokens=80, cache_write_tokens=60)),
    dict(prompt_tokens=100, completion_tokens=20, total_tokens=120, prompt_tokens_details=dict(cached_tokens=0, text_tokens=150)),
    dict(prompt_tokens=100, completion_tokens=20, total_tokens=120, prompt_tokens_details=dict(text_tokens=80, audio_tokens=70)),
    dict(prompt_tokens=100, completion_tokens=20, total_tokens=120, prompt_tokens_details=dict(audio_tokens=150)),
    dict(prompt_tokens=100, completion_tokens=20, total_tokens=120, prompt_tokens_details=dict(image_tokens=130, cached_tokens=20)),
    dict(prompt_tokens=100, completion_tokens=20, total_tokens=120, prompt_tokens_details=dict(text_tokens=100, cached_tokens=60)),
    dict(prompt_tokens=100, completion_tokens=20, total_tokens=120, prompt_tokens_details=dict(audio_tokens=50, cached_tokens=60, cached_tokens_details=dict(audio_tokens=30, text_tokens=30))),
    dict(prompt_tokens=2000, completion_tokens=20, total_tokens=2020, prompt_tokens_details=dict(cached_tokens=100, cache_creation_tokens=500, cache_creation_token_details=dict(ephemeral_5m_input_tokens=200, ephemeral_1h_input_tokens=300))),
    dict(prompt_tokens=2000, completion_tokens=20, total_tokens=2020, prompt_tokens_details=dict(cache_creation_tokens=500, cache_creation_token_details=dict(ephemeral_5m_input_tokens=400, ephemeral_1h_input_tokens=300))),
    dict(prompt_tokens=2000, completion_tokens=20, total_tokens=2020, prompt_tokens_details=dict(cache_creation_tokens=0, cache_creation_token_details=dict(ephemeral_5m_input_tokens=400, ephemeral_1h_input_tokens=300))),
    dict(prompt_tokens=2000, completion_tokens=20, total_tokens=2020, prompt_tokens_details=dict(cache_creation_token_details=dict(ephemeral_1h_input_tokens=300))),
    dict(prompt_tokens=2000, completion_tokens=20, total_tokens=2020, prompt_tokens_details=dict(cached_tokens=100), cache_creation_input_tokens=500),
    dict(prompt_tokens=2000, completion_tokens=20, total_tokens=2020, cache_creation_input_tokens=500, cache_read_input_tokens=700),
    dict(prompt_tokens=2000, completion_tokens=20, total_tokens=2020, prompt_cache_hit_tokens=1200, prompt_cache_miss_tokens=800),
    dict(prompt_tokens=1000, completion_tokens=500, total_tokens=1500, completion_tokens_details=dict(reasoning_tokens=300, text_tokens=500)),
    dict(prompt_tokens=1000, completion_tokens=500, total_tokens=1500, completion_tokens_details=dict(audio_tokens=400, text_tokens=100)),
    dict(prompt_tokens=1000, completion_tokens=500, total_tokens=1500, completion_tokens_details=dict(audio_tokens=600)),
    dict(prompt_tokens=1000, completion_tokens=500, total_tokens=1500, completion_tokens_details=dict(image_tokens=300, text_tokens=0)),
    dict(prompt_tokens=250000, completion_tokens=500, total_tokens=250500, prompt_tokens_details=dict(cached_tokens=200000)),
    dict(prompt_tokens=1000, completion_tokens=500, total_tokens=1500),
    dict(prompt_tokens=1001, completion_tokens=500, total_tokens=1501),
]

ANTHROPIC = [
    dict(input_tokens=0, output_tokens=100),
    dict(input_tokens=1000, output_tokens=100, cache_creation_input_tokens=500, cache_read_input_tokens=200, cache_creation=dict(ephemeral_5m_input_tokens=300, ephemeral_1h_input_tokens=200)),
    dict(input_tokens=1000, output_tokens=100, cache_creation_input_tokens=500, cache_read_input_tokens=0, cache_creation=dict(ephemeral_5m_input_tokens=400, ephemeral_1h_input_tokens=300)),
    dict(input_tokens=1000, output_tokens=100, cache_creation_input_tokens=500, cache_read_input_tokens=0, cache_creation=dict(ephemeral_5m_input_tokens=0, ephemeral_1h_input_tokens=700)),
    dict(input_tokens=1000, output_tokens=100, cache_creation_input_tokens=500, cache_read_input_tokens=0, cache_creation=dict(ephemeral_5m_input_tokens=100, ephemeral_1h_input_tokens=100)),
    dict(input_tokens=1000, output_tokens=100, cache_creation_input_tokens=0, cache_read_input_tokens=0, cache_creation=dict(ephemeral_5m_input_tokens=400, ephemeral_1h_input_tokens=300)),
    dict(input_tokens=1000, output_tokens=100, cache_creation_input_tokens=500, cache_creation=None),
    dict(input_tokens=1000, output_tokens=100, cache_creation_input_tokens=None, cache_read_input_tokens=300),
    dict(input_tokens=0, output_tokens=20, cache_read_input_tokens=14),
    dict(input_tokens=1000, output_tokens=100, output_tokens_details=dict(thinking_tokens=60)),
    dict(input_tokens=1000, output_tokens=100, output_tokens_details=dict(thinking_tokens=160)),
]

RESPONSES = [
    dict(input_tokens=0, output_tokens=100, total_tokens=100),
    dict(input_tokens=0, output_tokens=20, total_tokens=20, input_tokens_details=dict(cached_tokens=14)),
    dict(input_tokens=100, output_tokens=20, total_tokens=120, input_tokens_details=dict(cached_tokens=140)),
    dict(input_tokens=1000, output_tokens=200, total_tokens=1200, input_tokens_details=dict(cached_tokens=800), output_tokens_details=dict(reasoning_tokens=120)),
    dict(input_tokens=1000, output_tokens=200, total_tokens=1200, input_tokens_details=dict(cached_tokens=100, cache_write_tokens=300), output_tokens_details=dict(reasoning_tokens=20)),
    dict(input_tokens=1000, output_tokens=200, total_tokens=1200, input_tokens_details=dict(cached_tokens=0, text_tokens=600, image_tokens=400)),
]

CONVERSE = [
    dict(inputTokens=0, outputTokens=100, totalTokens=100),
    dict(inputTokens=100, outputTokens=20, totalTokens=900, cacheReadInputTokens=500, cacheWriteInputTokens=280),
    dict(inputTokens=100, outputTokens=20, totalTokens=900, cacheReadInputTokens=0, cacheWriteInputTokens=280, cacheDetails=[dict(ttl="1h", inputTokens=200), dict(ttl="5m", inputTokens=80)]),
    dict(inputTokens=100, outputTokens=20, totalTokens=900, cacheReadInputTokens=0, cacheWriteInputTokens=280, cacheDetails=[dict(ttl="1h", inputTokens=300), dict(ttl="5m", inputTokens=80)]),
    dict(inputTokens=100, outputTokens=20, totalTokens=120, cacheReadInputTokens=0, cacheWriteInputTokens=0, cacheDetails=[dict(ttl="1h", inputTokens=300)]),
    dict(inputTokens=0, outputTokens=20, totalTokens=34, cacheReadInputTokens=14, cacheWriteInputTokens=0),
]

GEMINI = [
    dict(promptTokenCount=0, candidatesTokenCount=100, totalTokenCount=100),
    dict(promptTokenCount=0, candidatesTokenCount=20, totalTokenCount=20, cachedContentTokenCount=14),
    dict(promptTokenCount=10, candidatesTokenCount=20, totalTokenCount=30, cachedContentTokenCount=14),
    dict(promptTokenCount=1000, candidatesTokenCount=20, thoughtsTokenCount=50, totalTokenCount=1070, cachedContentTokenCount=400, promptTokensDetails=[dict(modality="TEXT", tokenCount=1000)]),
    dict(promptTokenCount=1000, candidatesTokenCount=20, totalTokenCount=1020, promptTokensDetails=[dict(modality="TEXT", tokenCount=700), dict(modality="AUDIO", tokenCount=600)]),
    dict(promptTokenCount=1000, candidatesTokenCount=20, totalTokenCount=1020, promptTokensDetails=[dict(modality="AUDIO", tokenCount=1600)]),
    dict(promptTokenCount=1000, candidatesTokenCount=20, totalTokenCount=1020, cachedContentTokenCount=500, promptTokensDetails=[dict(modality="TEXT", tokenCount=700), dict(modality="AUDIO", tokenCount=300)], cacheTokensDetails=[dict(modality="TEXT", tokenCount=300), dict(modality="AUDIO", tokenCount=200)]),
    dict(promptTokenCount=1000, candidatesTokenCount=20, totalTokenCount=1020, cachedContentTokenCount=500, promptTokensDetails=[dict(modality="TEXT", tokenCount=300), dict(modality="AUDIO", tokenCount=700)]),
    dict(promptTokenCount=100, candidatesTokenCount=1400, totalTokenCount=1500, candidatesTokensDetails=[dict(modality="IMAGE", tokenCount=1290)]),
]

TITAN_REQUEST = dict(inputImage="iVBORw0KGgo=")
TITAN = [dict(embedding=[0.5], message=None, inputTextTokenCount=0), dict(embedding=[0.5], message=None, inputTextTokenCount=12)]

EMBEDDINGS = [
    dict(prompt_tokens=0, total_tokens=0, prompt_tokens_details=dict(image_count=3)),
    dict(prompt_tokens=0, total_tokens=0, prompt_tokens_details=dict(image_tokens=700)),
    dict(prompt_tokens=700, total_tokens=700, prompt_tokens_details=dict(image_tokens=700)),
    dict(prompt_tokens=700, total_tokens=700, prompt_tokens_details=dict(image_tokens=700, text_tokens=0, image_count=2)),
    dict(prompt_tokens=12, total_tokens=12),
]


def anthropic(raw):
    return AnthropicConfig().calculate_usage(usage_object=raw, reasoning_content=None)


def titan(raw):
    return AmazonTitanMultimodalEmbeddingG1Config().transform_response([raw], "titan", [TITAN_REQUEST]).usage


# The shape, who is asked, LiteLLM's call type, the usages, and how LiteLLM reads them.
SHAPES = [
    *(("openai-chat", provider, "acompletion", OPENAI, lambda raw: Usage(**raw)) for provider in ("openai", "mistral", "dashscope", "qwencloud", "xai", "deepseek", "azure", "databricks")),
    ("anthropic-messages", "anthropic", "acompletion", ANTHROPIC, anthropic),
    ("openai-responses", "openai", "aresponses", RESPONSES, ResponseAPILoggingUtils.transform_response_api_usage_to_chat_usage),
    ("bedrock-converse", "bedrock", "acompletion", CONVERSE, lambda raw: AmazonConverseConfig().transform_usage(raw)),
    ("gemini-generate", "gemini", "acompletion", GEMINI, lambda raw: VertexGeminiConfig._calculate_usage({"usageMetadata": raw})),
    ("openai-embeddings", "openai", "aembedding", EMBEDDINGS, lambda raw: Usage(**raw)),
    ("bedrock-invoke", "bedrock", "aembedding", TITAN, titan),
]


def main():
    cases = [
        dict(shape=shape, provider=provider, raw=raw, **(dict(request=TITAN_REQUEST) if usage_of is titan else {}), costs=costs_of(shape, provider, call_type, raw, usage_of))
        for shape, provider, call_type, usages, usage_of in SHAPES
        for raw in usages
    ]
    lines = ",\n".join(json.dumps(case) for case in cases)
    TARGET.write_text(f'{{"prices": {json.dumps(PRICES)},\n"cases": [\n{lines}\n]}}\n')
    costs = [cost for case in cases for cost in case["costs"].values()]
    print(len(costs), "costs,", sum(sum(cost) > 0 for cost in costs), "of them not 0")


def costs_of(shape, provider, call_type, raw, usage_of):
    known = [name for name in PRICES if (name not in AS_TEXT or provider in GENERIC) and (name, provider) not in UNREAD]
    return {name: cost_of(f"{shape}-{provider}-{name}".replace(" ", "-"), name, provider, call_type, usage_of(json.loads(json.dumps(raw)))) for name in known}


def cost_of(model, name, provider, call_type, usage):
    price = PRICES[name] | dict(litellm_provider=provider, mode="embedding" if call_type == "aembedding" else "chat")
    if name in AS_TEXT:
        return generic_cost_per_token(model=model, usage=usage, custom_llm_provider=provider, model_info=price)
    litellm.model_cost[model] = price
    litellm.utils._invalidate_model_cost_lowercase_map()
    return litellm.cost_per_token(model=model, custom_llm_provider=provider, usage_object=usage, prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens, call_type=call_type)

main()
