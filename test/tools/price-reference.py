"""Makes test/fixtures/cost/plain-calls.json: what LiteLLM itself charges for one plain call of each model in its price map.

    python3 -m venv venv && venv/bin/pip install litellm==1.106.12
    venv/bin/python test/tools/price-reference.py

The call reads 1,000 tokens and writes 500, is made to the provider that the entry names, and is priced by litellm.cost_per_token
from the map that the package ships. Models that LiteLLM has no price by the token for are left out.
"""

import json
import os
import pathlib
from datetime import datetime, timezone

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm  # noqa: E402
import litellm.litellm_core_utils.llm_cost_calc.utils as calculation  # noqa: E402

TARGET = pathlib.Path(__file__).parent.parent / "fixtures" / "cost" / "plain-calls.json"
FAMILIES = ("vertex_ai", "fireworks_ai")
CALLED_AS = {"bedrock_converse": "bedrock", "text-completion-openai": "openai", "azure_text": "azure"}


def provider_of(entry):
    provider = entry["litellm_provider"]
    family = next((name for name in FAMILIES if provider.startswith(name)), provider)
    return CALLED_AS.get(family, family)


def main():
    # Some models are cheaper by night.
    calculation.current_billing_time = lambda: datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
    costs = {}
    left_out = 0
    for name, entry in sorted(litellm.model_cost.items()):
        if name in ("sample_spec", "fallback_generalizations") or "litellm_provider" not in entry:
            continue
        try:
            cost = litellm.cost_per_token(model=name, custom_llm_provider=provider_of(entry), prompt_tokens=1000, completion_tokens=500, call_type="acompletion")
        except Exception:
            cost = (0, 0)
        if sum(cost) > 0:
            costs.setdefault(f"{provider_of(entry)} {cost[0]:.12g} {cost[1]:.12g}", []).append(name)
        else:
            left_out += 1
    TARGET.write_text("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(names)}" for key, names in sorted(costs.items())) + "\n}\n")
    print(sum(map(len, costs.values())), "models,", left_out, "left out")


main()
