"""Makes test/fixtures/cost/*.json: what LiteLLM itself charges for a spread of models and usages.

    python3 -m venv venv && venv/bin/pip install litellm==1.106.2
    venv/bin/python test/tools/cost-reference.py model_prices_and_context_window.json

The prices are those of the map it is given (that of 2026-08-01); the costs come from litellm.cost_per_token, those of batches
from batch_cost_calculator, those of off-peak hours from generic_cost_per_token with a clock.
"""

import json
import os
import pathlib
import random
import sys
from datetime import datetime

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm  # noqa: E402
from litellm.types.utils import CacheCreationTokenDetails, Usage  # noqa: E402

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures"
PRICE_WORDS = ("cost", "pricing", "multiplier", "provider_specific_entry", "web_search_billing_unit")
COUNT = 420

# Counts in this package's words; see `Usage` in src/types.ts.
USAGES = [
    dict(promptTokens=10, completionTokens=20),
    dict(promptTokens=2006, completionTokens=300, cacheReadTokens=1920),
    dict(promptTokens=15033, completionTokens=17, cacheReadTokens=14316, cacheWriteTokens=300),
    dict(promptTokens=20000, completionTokens=503, cacheWriteTokens=14055, cacheWrite1hTokens=13999, cacheReadTokens=2),
    dict(promptTokens=1117, completionTokens=1046, reasoningTokens=704),
    dict(promptTokens=128001, completionTokens=9000, reasoningTokens=1, cacheReadTokens=100000),
    dict(promptTokens=200001, completionTokens=64000, cacheReadTokens=150000, cacheWriteTokens=1000),
    dict(promptTokens=272001, completionTokens=4096),
    dict(promptTokens=600000, completionTokens=1, cacheReadTokens=1),
    dict(promptTokens=1150, completionTokens=500, promptDetails=dict(text=700, audio=450), completionDetails=dict(text=100, audio=400)),
    dict(promptTokens=1000, completionTokens=1390, promptDetails=dict(text=200, image=800), completionDetails=dict(text=100, image=1290)),
    dict(promptTokens=900, completionTokens=100, promptDetails=dict(text=900), cacheReadTokens=800),
    dict(promptTokens=5000, completionTokens=30, promptDetails=dict(video=4000), completionDetails=dict(audio=10)),
]
TIERS = [None, None, None, "priority", "flex", "default", "fast", "auto"]
PROVIDERS = {"bedrock_converse": "bedrock"}


def main():
    prices = json.loads(pathlib.Path(sys.argv[1]).read_text())
    litellm.model_cost = prices
    litellm.utils._invalidate_model_cost_lowercase_map()
    random.seed(1106)
    names = [name for name, entry in prices.items() if is_usable(name, entry, prices)]
    # Every special field is met: first one model for each, then others at random.
    fields = sorted({field for name in names for field in prices[name] if any(word in field for word in PRICE_WORDS)})
    first = [random.choice([name for name in names if field in prices[name]]) for field in fields for _ in range(2)]
    cases = []
    for index, name in enumerate(first + random.sample(names, len(names))):
        if len(cases) == COUNT:
            break
        case = case_of(name, prices[name], USAGES[index % len(USAGES)], random.choice(TIERS))
        if case:
            cases.append(case)
    write("litellm", cases)
    batched = [name for name in names if any(field.endswith("_batches") for field in prices[name])]
    write("batches", [batch_of(name, prices[name], USAGES[index % len(USAGES)]) for index, name in enumerate(random.sample(batched, 30) + random.sample(names, 30))])
    write("off-peak", [off_peak_of(block, time, counts) for block in OFF_PEAK for time in TIMES for counts in (USAGES[2], USAGES[4])])


def write(name, cases):
    path = FIXTURES / "cost" / f"{name}.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    print(name, len(cases), "cases,", sum(case["input"] + case["output"] > 0 for case in cases), "not free")


def price_of(entry):
    return {k: v for k, v in entry.items() if k in ("litellm_provider", "mode") or any(word in k for word in PRICE_WORDS)}


def batch_of(name, entry, counts):
    cost = litellm.cost_calculator.batch_cost_calculator(usage=litellm_usage(counts), model=name, custom_llm_provider=provider_of(entry), model_info=entry)
    return dict(model=name, provider=provider_of(entry), price=price_of(entry), usage=counts, input=cost[0], output=cost[1])


# DeepSeek's prices of 2025, with windows of every kind.
FLAT = dict(input_cost_per_token=2.7e-07, output_cost_per_token=1.1e-06, cache_read_input_token_cost=7e-08)
CHEAP = dict(input_cost_per_token=1.35e-07, output_cost_per_token=5.5e-07)
OFF_PEAK = [
    dict(hours_utc="16:30-00:30", cache_read_input_token_cost=3.5e-08, **CHEAP),
    dict(hours_utc=["01:00-02:00", "nonsense", "12:00-12:30"], **CHEAP),
    dict(hours_utc="08:00-08:00", output_cost_per_reasoning_token="4e-7"),
    dict(windows=[dict(hours_utc="00:00-00:00", weekdays=["Sat", "sunday"]), dict(hours_utc="22:00-23:00", weekdays=[5])], weekday_timezone="Asia/Shanghai", **CHEAP),
    dict(windows=[dict(hours_utc="10:00-20:00"), dict(weekdays=[1])], weekday_timezone="Mars/Base", **CHEAP),
]
TIMES = ["2026-08-01T12:00:00Z", "2026-08-01T16:30:00Z", "2026-08-02T00:29:59Z", "2026-08-02T00:30:00Z", "2026-07-31T16:30:00Z", "2026-07-31T22:15:00Z", "2026-08-03T01:30:00Z"]


def off_peak_of(block, time, counts):
    price = dict(litellm_provider="openai", mode="chat", off_peak_pricing=block, **FLAT)
    clock = datetime.fromisoformat(time.replace("Z", "+00:00"))
    cost = litellm.cost_calculator.generic_cost_per_token(model="any", usage=litellm_usage(counts), custom_llm_provider="openai", model_info=price, current_time=clock)
    return dict(provider="openai", price=price, usage=counts, at=time, input=cost[0], output=cost[1])


def is_usable(name, entry, prices):
    if entry.get("mode") not in ("chat", "embedding", "responses", "completion", "image_generation"):
        return False
    if not any(entry.get(field) for field in ("input_cost_per_token", "output_cost_per_token", "tiered_pricing")):
        return False
    # Under its provider's name it would be another entry.
    return f"{provider_of(entry)}/{name}" not in prices


def provider_of(entry):
    provider = entry["litellm_provider"]
    family = provider.split("-")[0] if provider.startswith(("vertex_ai", "fireworks_ai")) else provider
    return PROVIDERS.get(family, family)


def case_of(name, entry, counts, tier):
    provider = provider_of(entry)
    price = price_of(entry)
    usage = litellm_usage(counts)
    try:
        priced = litellm.cost_calculator._resolve_billable_service_tier(None, tier)
        cost = litellm.cost_per_token(model=name, custom_llm_provider=provider, usage_object=usage, prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens, service_tier=priced, call_type="acompletion")
    except Exception as error:
        print("no reference for", name, type(error).__name__, str(error)[:80])
        return None
    return dict(model=name, provider=provider, price=price, usage=counts, tier=tier, input=cost[0], output=cost[1])


def litellm_usage(counts):
    prompt = dict(cached_tokens=counts.get("cacheReadTokens", 0))
    written = counts.get("cacheWriteTokens", 0)
    if written:
        hour = counts.get("cacheWrite1hTokens", 0)
        prompt["cache_creation_tokens"] = written
        prompt["cache_creation_token_details"] = CacheCreationTokenDetails(ephemeral_5m_input_tokens=written - hour, ephemeral_1h_input_tokens=hour)
    prompt |= {f"{name}_tokens": tokens for name, tokens in counts.get("promptDetails", {}).items()}
    completion = dict(reasoning_tokens=counts.get("reasoningTokens", 0))
    completion |= {f"{name}_tokens": tokens for name, tokens in counts.get("completionDetails", {}).items()}
    total = counts["promptTokens"] + counts["completionTokens"]
    return Usage(prompt_tokens=counts["promptTokens"], completion_tokens=counts["completionTokens"], total_tokens=total, prompt_tokens_details=prompt, completion_tokens_details=completion)


main()
