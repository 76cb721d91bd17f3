"""Makes test/fixtures/cost/deployments.json: what LiteLLM itself charges where a deployment states prices of its own.

    python3 -m venv venv && venv/bin/pip install litellm==1.106.12
    venv/bin/python test/tools/deployment-reference.py

Each deployment is made by LiteLLM's router, which joins its prices with those of the model; the entries of the map that it
could join them with are written beside the cases.
"""

import itertools
import json
import os
import pathlib

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm  # noqa: E402
from litellm import Router  # noqa: E402
from litellm.litellm_core_utils.litellm_logging import use_custom_pricing_for_model  # noqa: E402
from litellm.types.utils import ModelResponse, Usage  # noqa: E402

TARGET = pathlib.Path(__file__).parent.parent / "fixtures" / "cost" / "deployments.json"
PRICE_WORDS = ("cost", "pricing", "multiplier", "provider_specific_entry", "web_search_billing_unit")

MODELS = ["openai/gpt-4o", "anthropic/claude-sonnet-4-5-20250929", "openai/model-nobody-has-heard-of"]
BOTH = dict(input_cost_per_token=1e-06, output_cost_per_token=2e-06)
OWN = {
    "both": BOTH,
    "both and a cache price": BOTH | dict(cache_read_input_token_cost=5e-07),
    "text": dict(input_cost_per_token="1e-6", output_cost_per_token="0.000002", cache_read_input_token_cost="5e-7"),
    "null output": dict(input_cost_per_token=1e-06, output_cost_per_token=None),
    "null input": dict(input_cost_per_token=None, output_cost_per_token=2e-06),
    "all null": dict(input_cost_per_token=None, output_cost_per_token=None),
    "free": dict(input_cost_per_token=0, output_cost_per_token=0),
    "tiers of input": dict(tiered_pricing=[dict(range=[0, 10000], input_cost_per_token=1e-06), dict(range=[10000, 10000000], input_cost_per_token=2e-06)]),
    "tiers of input and a flat output": dict(output_cost_per_token=3e-06, tiered_pricing=[dict(range=[0, 10000000], input_cost_per_token="1e-06")]),
    "tiers of both": dict(tiered_pricing=[dict(range=[0, 10000000], input_cost_per_token=1e-06, output_cost_per_token=4e-06)]),
    "off-peak alone": dict(off_peak_pricing=dict(hours_utc="00:00-00:00", input_cost_per_token=1e-07)),
    "off-peak and both": BOTH | dict(off_peak_pricing=dict(hours_utc="00:00-00:00", output_cost_per_token=1e-07)),
}
USAGES = [
    dict(prompt_tokens=1000, completion_tokens=100),
    dict(prompt_tokens=0, completion_tokens=100),
    dict(prompt_tokens=20000, completion_tokens=100, prompt_tokens_details=dict(cached_tokens=15000)),
    dict(prompt_tokens=20000, completion_tokens=100, prompt_tokens_details=dict(cached_tokens=1000, cache_creation_tokens=2000, cache_creation_token_details=dict(ephemeral_5m_input_tokens=500, ephemeral_1h_input_tokens=1500))),
    dict(prompt_tokens=250000, completion_tokens=100, prompt_tokens_details=dict(cached_tokens=100000)),
]
TIERS = [None, "priority"]


def main():
    entries = {model: price_of(litellm.model_cost[model.split("/")[1]]) for model in MODELS if model.split("/")[1] in litellm.model_cost}
    cases = [case_of(*one) for one in itertools.product(MODELS, OWN, ("litellm_params", "model_info")) if is_compared(*one)]
    lines = ",\n".join(json.dumps(case) for case in cases)
    TARGET.write_text(f'{{"entries": {json.dumps(entries)},\n"usages": {json.dumps(USAGES)},\n"cases": [\n{lines}\n]}}\n')
    print(len(cases), "deployments")


def is_compared(model, name, where):
    """LiteLLM reads off-peak hours in model_info alone, and calls a model free that it registered without a price."""
    return not (name.startswith("off-peak") and where == "litellm_params") and not (name in ("all null", "off-peak alone") and model == MODELS[-1])


def price_of(entry):
    return {field: value for field, value in entry.items() if field in ("litellm_provider", "mode") or any(word in field for word in PRICE_WORDS)}


def case_of(model, name, where):
    deployment_id = f"{model} {name} {where}"
    entry = dict(model_name="m", litellm_params=dict(model=model, api_key="sk"), model_info=dict(id=deployment_id))
    entry[where] |= OWN[name]
    made = Router(model_list=[entry]).model_list[0]
    custom = use_custom_pricing_for_model(dict(made["litellm_params"]) | dict(metadata=dict(model_info=made["model_info"])))
    costs = [[cost_of(model, deployment_id, custom, usage, tier) for usage in USAGES] for tier in TIERS]
    return dict(model=model, prices=name, where=where, own=OWN[name], costs=dict(zip(("normal", "priority"), costs)))


def cost_of(model, deployment_id, custom, usage, tier):
    provider, name = model.split("/")
    answer = ModelResponse(model=name, usage=Usage(**usage, total_tokens=usage["prompt_tokens"] + usage["completion_tokens"]))
    try:
        return litellm.completion_cost(answer, model=name, custom_llm_provider=provider, custom_pricing=custom or None, router_model_id=deployment_id, service_tier=tier)
    except Exception as error:
        print("no cost for", deployment_id, type(error).__name__)
        return None


main()
