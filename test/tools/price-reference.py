"""Makes test/fixtures/cost/plain-calls.json: what LiteLLM itself charges for one plain call of each model in its price map.

    python3 -m venv venv && venv/bin/pip install litellm==1.106.12
    venv/bin/python test/tools/price-reference.py

The call is of the kind that the entry's mode says: 1,000 tokens read and 500 written, a minute of audio, 1,000 characters spoken,
one search of documents, one image of the usual size. It is made to the provider that the entry names, and priced from the map
that the package ships. Models that LiteLLM computes no cost for, or 0, are left out.
"""

import json
import os
import pathlib
from datetime import datetime, timezone

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm  # noqa: E402
import litellm.litellm_core_utils.llm_cost_calc.utils as calculation  # noqa: E402
from litellm.types.utils import ImageObject, ImageResponse  # noqa: E402

TARGET = pathlib.Path(__file__).parent.parent / "fixtures" / "cost" / "plain-calls.json"
FAMILIES = ("vertex_ai", "fireworks_ai")
# The names under which this package calls a provider, where LiteLLM has several.
CALLED_AS = {"bedrock_converse": "bedrock", "text-completion-openai": "openai", "azure_text": "azure"}
CALL_TYPES = {"embedding": "aembedding", "audio_transcription": "atranscription", "audio_speech": "aspeech", "rerank": "arerank", "image_generation": "aimage_generation"}


def provider_of(entry):
    provider = entry["litellm_provider"]
    family = next((name for name in FAMILIES if provider.startswith(name)), provider)
    return "bedrock" if family == "bedrock_converse" else family


def cost_of(name, provider, call_type):
    if call_type == "aimage_generation":
        return 0.0, litellm.completion_cost(ImageResponse(data=[ImageObject(url="x")]), model=name, custom_llm_provider=provider, call_type=call_type)
    counts = dict(acompletion=dict(prompt_tokens=1000, completion_tokens=500), aembedding=dict(prompt_tokens=1000)).get(call_type, {})
    return litellm.cost_per_token(model=name, custom_llm_provider=provider, call_type=call_type, audio_transcription_file_duration=60, prompt_characters=1000, rerank_billed_units=dict(search_units=1), **counts)


def is_compared(name):
    """fal.ai sizes OpenAI's images by parameters of its own, and MedLM is billed by characters that no answer counts."""
    return not name.startswith(("fal_ai/gpt-image", "fal_ai/openai/gpt-image", "medlm-"))


def main():
    # Some models are cheaper by night.
    calculation.current_billing_time = lambda: datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
    costs = {}
    left_out = 0
    for name, entry in sorted(litellm.model_cost.items()):
        if name in ("sample_spec", "fallback_generalizations") or "litellm_provider" not in entry or not is_compared(name):
            continue
        provider = provider_of(entry)
        call_type = CALL_TYPES.get(entry.get("mode"), "acompletion")
        try:
            cost = cost_of(name, provider, call_type)
        except Exception:
            cost = (0, 0)
        if sum(cost) > 0:
            costs.setdefault(f"{call_type} {CALLED_AS.get(provider, provider)} {cost[0]:.12g} {cost[1]:.12g}", []).append(name)
        else:
            left_out += 1
    TARGET.write_text("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(names)}" for key, names in sorted(costs.items())) + "\n}\n")
    print(sum(map(len, costs.values())), "models,", left_out, "left out")

main()
