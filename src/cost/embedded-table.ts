// Made by `npm run update-prices`; do not edit. The format is described in embedded-prices.ts.
// The figures are LiteLLM's (model_prices_and_context_window.json of 2026-08-01, https://github.com/BerriAI/litellm,
// MIT licence, Copyright (c) 2023 Berri AI). US dollars.
export const EMBEDDED_PRICES_DATE: string = '2026-08-01'
export const EMBEDDED_PRICES_MODELS: number = 2986
/** Of the names and prices in the map itself: what this table must give back. */
export const EMBEDDED_PRICES_DIGEST: string = '78db9e0fafe13329622ed47ba5c94faa7861b34e026a19e7e2612065130af9b2'
export const EMBEDDED_PRICES: string = `
a=input_cost_per_token
b=output_cost_per_token
c=cache_read_input_token_cost
d=cache_creation_input_token_cost
e=search_context_cost_per_query
f=output_cost_per_image
g=cache_creation_input_token_cost_above_1hr
h=input_cost_per_audio_token
i=input_cost_per_image
j=input_cost_per_token_batches
k=output_cost_per_token_batches
l=input_cost_per_token_priority
m=output_cost_per_token_priority
n=cache_read_input_token_cost_priority
o=output_cost_per_second
p=input_cost_per_second
q=output_cost_per_reasoning_token
r=output_cost_per_audio_token
s=input_cost_per_token_above_200k_tokens
t=output_cost_per_token_above_200k_tokens
u=cache_read_input_token_cost_above_200k_tokens
v=input_cost_per_pixel
w=cache_read_input_token_cost_above_272k_tokens
x=input_cost_per_token_above_272k_tokens
y=output_cost_per_token_above_272k_tokens
z=output_cost_per_pixel
a1=cache_creation_input_token_cost_above_200k_tokens
b1=web_search_billing_unit
c1=output_cost_per_image_token
d1=input_cost_per_token_flex
e1=output_cost_per_token_flex
f1=input_cost_per_character
g1=input_cost_per_query
h1=input_cost_per_token_cache_hit
i1=cache_read_input_token_cost_flex
j1=input_dbu_cost_per_token
k1=output_dbu_cost_per_token
l1=input_cost_per_image_token
m1=tiered_pricing
n1=cache_creation_input_audio_token_cost
o1=input_cost_per_video_per_second
p1=regional_processing_uplift_multiplier_eu
q1=regional_processing_uplift_multiplier_us
r1=cache_read_input_token_cost_above_272k_tokens_priority
s1=input_cost_per_token_above_128k_tokens
t1=input_cost_per_token_above_272k_tokens_priority
u1=output_cost_per_token_above_272k_tokens_priority
v1=output_cost_per_token_above_128k_tokens
w1=output_cost_per_video_per_second
x1=input_cost_per_audio_per_second
y1=ocr_cost_per_page
z1=cache_creation_input_token_cost_above_1hr_above_200k_tokens
a2=input_cost_per_token_above_200k_tokens_priority
b2=output_cost_per_token_above_200k_tokens_priority
c2=provider_specific_entry
d2=cache_read_input_token_cost_above_200k_tokens_priority
e2=cache_read_input_audio_token_cost
f2=input_cost_per_audio_token_priority
g2=annotation_cost_per_page
h2=cache_creation_input_token_cost_above_272k_tokens
i2=cache_creation_input_token_cost_above_272k_tokens_flex
j2=cache_creation_input_token_cost_flex
k2=cache_creation_input_token_cost_priority
l2=cache_read_input_token_cost_above_272k_tokens_flex
m2=input_cost_per_request
n2=input_cost_per_token_above_272k_tokens_flex
o2=output_cost_per_character
p2=output_cost_per_token_above_272k_tokens_flex
q2=code_interpreter_cost_per_session
r2=input_cost_per_audio_per_second_above_128k_tokens
s2=input_cost_per_character_above_128k_tokens
t2=input_cost_per_image_above_128k_tokens
u2=input_cost_per_video_per_second_above_128k_tokens
v2=input_cost_per_video_per_second_above_15s_interval
w2=input_cost_per_video_per_second_above_8s_interval
x2=ocr_cost_per_credit
y2=output_cost_per_character_above_128k_tokens
z2=output_cost_per_video_token
a3=cache_read_input_token_cost_above_512k_tokens
b3=citation_cost_per_token
c3=input_cost_per_token_above_256k_tokens
d3=input_cost_per_token_above_512k_tokens
e3=output_cost_per_second_1080p
f3=output_cost_per_token_above_256k_tokens
g3=output_cost_per_token_above_512k_tokens
@ai21 chat
a=0.000002 b=0.000008 : jamba-1.5-large jamba-1.5-large@001 jamba-large-1.6 jamba-large-1.7
a=2e-7 b=4e-7 : jamba-1.5 jamba-1.5-mini jamba-1.5-mini@001 jamba-mini-1.6 jamba-mini-1.7
@ai21 completion
a=0.000003 b=0.000003 : j2-light
a=0.00001 b=0.00001 : j2-mid
a=0.000015 b=0.000015 : j2-ultra
@aiml image_generation
f=0.004 : ~flux/schnell
f=0.026 : ~dall-e-2
f=0.033 : ~flux/dev
f=0.046 : ~flux-realism
f=0.052 : ~dall-e-3 ~flux-pro/v1.1 ~flux/kontext-pro/text-to-image
f=0.054 : ~openai/gpt-image-2
f=0.063 : ~flux-pro/v1.1-ultra
f=0.065 : ~flux-pro
f=0.078 : ~google/imagen-4.0-ultra-generate-001
f=0.104 : ~flux/kontext-max/text-to-image
f=0.195 : ~google/nano-banana-pro
@amazon_nova chat
a=0.0000025 b=0.0000125 : amazon-nova/nova-premier-v1
a=3.5e-8 b=1.4e-7 : amazon-nova/nova-micro-v1
a=6e-8 b=2.4e-7 : amazon-nova/nova-lite-v1
a=8e-7 b=0.0000032 : amazon-nova/nova-pro-v1
@anthropic chat
d=0.00000125 g=0.000002 c=1e-7 a=0.000001 b=0.000005 : claude-haiku-4-5 claude-haiku-4-5-20251001
d=0.0000025 g=0.000004 c=2e-7 a=0.000002 b=0.00001 c2={"us":1.1} e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-sonnet-5
d=0.00000375 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-4-sonnet-20250514
d=0.00000375 g=0.000006 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-sonnet-4-20250514
d=0.00000375 g=0.000006 c=3e-7 a=0.000003 b=0.000015 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-3-7-sonnet-20250219 claude-sonnet-4-6
d=0.00000375 g=0.000006 z1=0.000012 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-sonnet-4-5 claude-sonnet-4-5-20250929
d=0.00000625 g=0.00001 c=5e-7 a=0.000005 b=0.000025 c2={"us":1.1,"fast":2} e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-opus-4-8 claude-opus-5
d=0.00000625 g=0.00001 c=5e-7 a=0.000005 b=0.000025 c2={"us":1.1,"fast":6} e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-opus-4-6 claude-opus-4-6-20260205 claude-opus-4-7 claude-opus-4-7-20260416
d=0.00000625 g=0.00001 c=5e-7 a=0.000005 b=0.000025 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-opus-4-5 claude-opus-4-5-20251101
d=0.0000125 g=0.00002 c=0.000001 a=0.00001 b=0.00005 c2={"us":1.1} e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-fable-5
d=0.00001875 c=0.0000015 a=0.000015 b=0.000075 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-4-opus-20250514
d=0.00001875 g=0.000006 c=0.0000015 a=0.000015 b=0.000075 : claude-3-opus-20240229
d=0.00001875 g=0.00003 c=0.0000015 a=0.000015 b=0.000075 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : claude-opus-4-1 claude-opus-4-1-20250805 claude-opus-4-20250514
d=3e-7 g=0.000006 c=3e-8 a=2.5e-7 b=0.00000125 : claude-3-haiku-20240307
@anyscale chat
a=0.000001 b=0.000001 : ~codellama/CodeLlama-34b-Instruct-hf ~codellama/CodeLlama-70b-Instruct-hf ~meta-llama/Llama-2-70b-chat-hf ~meta-llama/Meta-Llama-3-70B-Instruct
a=1.5e-7 b=1.5e-7 : ~HuggingFaceH4/zephyr-7b-beta ~google/gemma-7b-it ~meta-llama/Llama-2-7b-chat-hf ~meta-llama/Meta-Llama-3-8B-Instruct ~mistralai/Mistral-7B-Instruct-v0.1 ~mistralai/Mixtral-8x7B-Instruct-v0.1
a=2.5e-7 b=2.5e-7 : ~meta-llama/Llama-2-13b-chat-hf
a=9e-7 b=9e-7 : ~mistralai/Mixtral-8x22B-Instruct-v0.1
@apiserpent search
g1=0.0006 : ~deep_search ~search
@assemblyai audio_transcription
p=0.00003333 o=0 : ~best
p=0.00010278 o=0 : ~nano
@aws_polly audio_speech
f1=0.000004 : ~standard
f1=0.000016 : ~neural
f1=0.00003 : ~generative
f1=0.0001 : ~long-form
@azure audio_speech
a=0.0000025 r=0.000012 o=0.00025 b=0.00001 : ~gpt-4o-mini-tts
f1=0.000015 : ~speech/azure-tts ~tts-1
f1=0.00003 : ~speech/azure-tts-hd ~tts-1-hd
@azure audio_transcription
h=0.00000125 a=0.00000125 b=0.000005 : ~gpt-4o-mini-transcribe
h=0.0000025 a=0.0000025 b=0.00001 : ~gpt-4o-transcribe ~gpt-4o-transcribe-diarize
p=0.0001 o=0.0001 : ~whisper-1
p=0.0002777778 o=0 : ~speech/azure-stt
p=0.0002833333333333333 : ~gpt-realtime-whisper
@azure chat
a=0.000001 b=0.000002 : ~gpt-35-turbo-1106
a=0.000003 b=0.000004 : ~gpt-35-turbo-16k ~gpt-35-turbo-16k-0613
a=0.000003 b=0.000012 : computer-use-preview ~computer-use-preview
a=0.000003 b=0.000015 : ~command-r-plus
a=0.000005 b=0.000015 : ~gpt-4o-2024-05-13
a=0.000008 b=0.000024 : ~mistral-large-2402 ~mistral-large-latest
a=0.00001 b=0.00003 : ~gpt-4-0125-preview ~gpt-4-1106-preview ~gpt-4-turbo ~gpt-4-turbo-2024-04-09 ~gpt-4-turbo-vision-preview
a=0.00003 b=0.00006 : ~gpt-4 ~gpt-4-0613
a=0.00006 b=0.00012 : ~gpt-4-32k ~gpt-4-32k-0613
a=1.5e-7 b=6e-7 : ~global-standard/gpt-4o-mini
a=5e-7 b=0.0000015 : ~gpt-3.5-turbo ~gpt-3.5-turbo-0125 ~gpt-35-turbo ~gpt-35-turbo-0125
c=0.00000125 a=0.0000025 b=0.00001 : ~global-standard/gpt-4o-2024-08-06 ~global-standard/gpt-4o-2024-11-20 ~global/gpt-4o-2024-08-06 ~global/gpt-4o-2024-11-20 ~gpt-4o ~gpt-4o-2024-08-06
c=0.00000125 a=0.00000275 b=0.000011 : ~gpt-4o-2024-11-20
c=0.000001375 a=0.00000275 b=0.000011 : ~eu/gpt-4o-2024-08-06 ~us/gpt-4o-2024-08-06
c=0.0000075 a=0.000015 b=0.00006 : ~o1 ~o1-2024-12-17 ~o1-preview ~o1-preview-2024-09-12
c=0.00000825 a=0.0000165 b=0.000066 : ~eu/o1-2024-12-17 ~eu/o1-preview-2024-09-12 ~us/o1-2024-12-17 ~us/o1-preview-2024-09-12
c=0.0000375 a=0.000075 j=0.0000375 b=0.00015 k=0.000075 : ~gpt-4.5-preview
c=1.1e-7 a=4.4e-7 j=2.2e-7 b=0.00000176 k=8.8e-7 : ~us/gpt-4.1-mini-2025-04-14
c=1.1e-7 w=2.2e-7 n=2.75e-7 a=0.0000011 x=0.0000022 l=0.00000275 b=0.0000066 y=0.0000099 m=0.0000165 : ~eu/gpt-5.6-luna ~us/gpt-5.6-luna
c=1.25e-7 a=0.00000125 b=0.00001 : ~global/gpt-5.1 ~global/gpt-5.1-chat ~gpt-5 ~gpt-5-2025-08-07 ~gpt-5-chat ~gpt-5-chat-latest ~gpt-5.1 ~gpt-5.1-chat
c=1.25e-7 n=2.5e-7 a=0.00000125 l=0.0000025 b=0.00001 m=0.00002 : ~gpt-5.1-2025-11-13 ~gpt-5.1-chat-2025-11-13
c=1.375e-7 a=0.000001375 b=0.000011 : ~eu/gpt-5-2025-08-07 ~us/gpt-5-2025-08-07
c=1.4e-7 a=0.00000138 b=0.000011 : ~eu/gpt-5.1 ~eu/gpt-5.1-chat ~us/gpt-5.1 ~us/gpt-5.1-chat
c=1.75e-7 a=0.00000175 b=0.000014 : ~gpt-5.2
c=1.75e-7 n=3.5e-7 a=0.00000175 l=0.0000035 b=0.000014 m=0.000028 : ~gpt-5.2-2025-12-11 ~gpt-5.2-chat ~gpt-5.2-chat-2025-12-11 ~gpt-5.3-chat
c=1e-7 a=4e-7 j=2e-7 b=0.0000016 k=8e-7 : ~gpt-4.1-mini ~gpt-4.1-mini-2025-04-14
c=1e-7 w=2e-7 r1=4e-7 n=2e-7 a=0.000001 x=0.000002 t1=0.000004 l=0.000002 b=0.000006 y=0.000009 u1=0.000018 m=0.000012 : ~gpt-5.6-luna
c=2.5e-7 w=5e-7 r1=0.000001 n=5e-7 a=0.0000025 x=0.000005 t1=0.00001 l=0.000005 b=0.000015 y=0.0000225 u1=0.000045 m=0.00003 : ~gpt-5.4 ~gpt-5.4-2026-03-05 ~gpt-5.6-terra
c=2.5e-8 a=1.1e-7 j=6e-8 b=4.4e-7 k=2.2e-7 : ~us/gpt-4.1-nano-2025-04-14
c=2.5e-8 a=1e-7 j=5e-8 b=4e-7 k=2e-7 : ~gpt-4.1-nano ~gpt-4.1-nano-2025-04-14
c=2.5e-8 a=2.5e-7 b=0.000002 : ~gpt-5-mini ~gpt-5-mini-2025-08-07
c=2.75e-7 a=0.0000011 b=0.0000044 : ~o4-mini ~o4-mini-2025-04-16
c=2.75e-7 w=5.5e-7 n=6.875e-7 a=0.00000275 x=0.0000055 l=0.000006875 b=0.0000165 y=0.00002475 m=0.00004125 : ~eu/gpt-5.6-terra ~us/gpt-5.6-terra
c=2.75e-8 a=2.75e-7 b=0.0000022 : ~eu/gpt-5-mini-2025-08-07 ~us/gpt-5-mini-2025-08-07
c=2.8e-7 n=5.5e-7 a=0.00000275 l=0.0000055 b=0.0000165 m=0.000033 : ~eu/gpt-5.4 ~eu/gpt-5.4-2026-03-05 ~us/gpt-5.4 ~us/gpt-5.4-2026-03-05
c=2e-8 a=2e-7 b=0.00000125 : ~gpt-5.4-nano ~gpt-5.4-nano-2026-03-17
c=3.1e-7 a=0.00000121 b=0.00000484 : ~us/o4-mini-2025-04-16
c=5.5e-7 a=0.0000011 b=0.0000044 : ~o1-mini-2024-09-12 ~o3-mini ~o3-mini-2025-01-31
c=5.5e-7 a=0.0000022 b=0.0000088 : ~us/o3-2025-04-16
c=5.5e-7 a=0.0000022 j=0.0000011 b=0.0000088 k=0.0000044 : ~us/gpt-4.1-2025-04-14
c=5.5e-7 w=0.0000011 n=0.000001375 a=0.0000055 x=0.000011 l=0.00001375 b=0.000033 y=0.0000495 m=0.0000825 : ~eu/gpt-5.6 ~eu/gpt-5.6-sol ~us/gpt-5.6 ~us/gpt-5.6-sol
c=5.5e-7 w=0.0000011 n=0.00000138 a=0.0000055 x=0.000011 l=0.00001375 b=0.000033 y=0.0000495 m=0.0000825 : ~eu/gpt-5.5 ~eu/gpt-5.5-2026-04-23 ~us/gpt-5.5 ~us/gpt-5.5-2026-04-23
c=5.5e-9 a=5.5e-8 b=4.4e-7 : ~eu/gpt-5-nano-2025-08-07 ~us/gpt-5-nano-2025-08-07
c=5e-7 a=0.000002 b=0.000008 : ~o3 ~o3-2025-04-16
c=5e-7 a=0.000002 j=0.000001 b=0.000008 k=0.000004 : ~gpt-4.1 ~gpt-4.1-2025-04-14
c=5e-7 w=0.000001 r1=0.000002 n=0.000001 a=0.000005 x=0.00001 t1=0.00002 l=0.00001 b=0.00003 y=0.000045 u1=0.00009 m=0.00006 : ~gpt-5.5 ~gpt-5.5-2026-04-23 ~gpt-5.6 ~gpt-5.6-sol
c=5e-9 a=5e-8 b=4e-7 : ~gpt-5-nano ~gpt-5-nano-2025-08-07
c=6.05e-7 a=0.00000121 b=0.00000484 : ~o1-mini
c=6.05e-7 a=0.00000121 j=6.05e-7 b=0.00000484 k=0.00000242 : ~eu/o1-mini-2024-09-12 ~eu/o3-mini-2025-01-31 ~us/o1-mini-2024-09-12 ~us/o3-mini-2025-01-31
c=7.5e-8 a=1.65e-7 b=6.6e-7 : ~gpt-4o-mini ~gpt-4o-mini-2024-07-18
c=7.5e-8 a=7.5e-7 b=0.0000045 : ~gpt-5.4-mini ~gpt-5.4-mini-2026-03-17
c=8.3e-8 a=1.65e-7 b=6.6e-7 : ~eu/gpt-4o-mini-2024-07-18 ~us/gpt-4o-mini-2024-07-18
d=0.00000138 a=0.00000275 b=0.000011 : ~eu/gpt-4o-2024-11-20 ~us/gpt-4o-2024-11-20
h=0.00001 a=6e-7 r=0.00002 b=0.0000024 : ~gpt-audio-mini-2025-10-06
h=0.00004 a=0.0000025 r=0.00008 b=0.00001 : ~gpt-4o-audio-preview-2024-12-17 ~gpt-4o-mini-audio-preview-2024-12-17 ~gpt-audio-1.5-2026-02-23 ~gpt-audio-2025-08-28
q2=0.03 : ~container
@azure embedding
a=1.3e-7 b=0 : ~text-embedding-3-large
a=1e-7 b=0 : ~ada ~text-embedding-ada-002
a=2e-8 b=0 : ~text-embedding-3-small
@azure image_generation
c=0.00000125 l1=0.000008 a=0.000005 c1=0.00003 b=0.00001 : ~gpt-image-2 ~gpt-image-2-2026-04-21
c=0.00000125 l1=0.000008 a=0.000005 c1=0.000032 : ~gpt-image-1.5 ~gpt-image-1.5-2025-12-16
c=0.00000125 l1=0.00001 a=0.000005 c1=0.00004 : ~gpt-image-1
c=2e-7 l1=0.0000025 a=0.000002 c1=0.000008 : ~gpt-image-1-mini
v=0 b=0 : ~standard/1024-x-1024/dall-e-2
v=1.0172526e-8 z=0 : ~low/1024-x-1536/gpt-image-1 ~low/1536-x-1024/gpt-image-1
v=1.0490417e-8 z=0 : ~low/1024-x-1024/gpt-image-1
v=1.58945719e-7 z=0 : ~high/1024-x-1536/gpt-image-1 ~high/1536-x-1024/gpt-image-1
v=1.59263611e-7 z=0 : ~high/1024-x-1024/gpt-image-1
v=2.0345052083e-9 z=0 : ~low/1536-x-1024/gpt-image-1-mini
v=2.0751953125e-9 z=0 : ~low/1024-x-1024/gpt-image-1-mini ~low/1024-x-1536/gpt-image-1-mini
v=3.1575520833e-8 z=0 : ~high/1536-x-1024/gpt-image-1-mini
v=3.173828125e-8 z=0 : ~high/1024-x-1024/gpt-image-1-mini ~high/1024-x-1536/gpt-image-1-mini
v=3.81469e-8 b=0 : ~standard/1024-x-1024/dall-e-3
v=4.0054321e-8 z=0 : ~medium/1024-x-1024/gpt-image-1 ~medium/1024-x-1536/gpt-image-1 ~medium/1536-x-1024/gpt-image-1
v=4.359e-8 b=0 : ~standard/1024-x-1792/dall-e-3 ~standard/1792-x-1024/dall-e-3
v=6.539e-8 b=0 : ~hd/1024-x-1792/dall-e-3 ~hd/1792-x-1024/dall-e-3
v=7.629e-8 b=0 : ~hd/1024-x-1024/dall-e-3
v=7.9752604167e-9 z=0 : ~medium/1536-x-1024/gpt-image-1-mini
v=8.056640625e-9 z=0 : ~medium/1024-x-1024/gpt-image-1-mini ~medium/1024-x-1536/gpt-image-1-mini
@azure realtime
c=0.0000025 h=0.00004 a=0.000005 r=0.00008 b=0.00002 : ~gpt-4o-realtime-preview-2024-12-17
e2=0.0000025 c=0.00000275 h=0.000044 a=0.0000055 r=0.00008 b=0.000022 : ~eu/gpt-4o-realtime-preview-2024-12-17 ~us/gpt-4o-realtime-preview-2024-12-17
n1=0.000004 c=0.000004 h=0.000032 i=0.000005 a=0.000004 r=0.000064 b=0.000016 : ~gpt-realtime-1.5-2026-02-23 ~gpt-realtime-2025-08-28
n1=0.00002 c=0.0000025 h=0.0001 a=0.000005 r=0.0002 b=0.00002 : ~gpt-4o-realtime-preview-2024-10-01
n1=0.000022 c=0.00000275 h=0.00011 a=0.0000055 r=0.00022 b=0.000022 : ~eu/gpt-4o-realtime-preview-2024-10-01 ~us/gpt-4o-realtime-preview-2024-10-01
n1=3.3e-7 c=3.3e-7 h=0.000011 a=6.6e-7 r=0.000022 b=0.00000264 : ~eu/gpt-4o-mini-realtime-preview-2024-12-17 ~us/gpt-4o-mini-realtime-preview-2024-12-17
n1=3e-7 c=3e-7 h=0.00001 a=6e-7 r=0.00002 b=0.0000024 : ~gpt-4o-mini-realtime-preview-2024-12-17
n1=3e-7 c=6e-8 h=0.00001 i=8e-7 a=6e-7 r=0.00002 b=0.0000024 : ~gpt-realtime-mini-2025-10-06
@azure responses
a=0.000015 b=0.00012 : ~gpt-5-pro
a=0.00002 j=0.00001 b=0.00008 k=0.00004 : ~o3-pro ~o3-pro-2025-06-10
a=0.000021 b=0.000168 : ~gpt-5.2-pro ~gpt-5.2-pro-2025-12-11
c=0.0000025 a=0.00001 b=0.00004 : ~o3-deep-research
c=0.000003 w=0.000006 a=0.00003 x=0.00006 b=0.00018 y=0.00027 : ~gpt-5.4-pro ~gpt-5.4-pro-2026-03-05 ~gpt-5.5-pro ~gpt-5.5-pro-2026-04-23
c=1.25e-7 a=0.00000125 b=0.00001 : ~global/gpt-5.1-codex ~gpt-5-codex ~gpt-5.1-codex ~gpt-5.1-codex-max
c=1.25e-7 n=2.5e-7 a=0.00000125 l=0.0000025 b=0.00001 m=0.00002 : ~gpt-5.1-codex-2025-11-13
c=1.4e-7 a=0.00000138 b=0.000011 : ~eu/gpt-5.1-codex ~us/gpt-5.1-codex
c=1.75e-7 a=0.00000175 b=0.000014 : ~gpt-5.2-codex ~gpt-5.3-codex
c=2.5e-8 a=2.5e-7 b=0.000002 : ~global/gpt-5.1-codex-mini ~gpt-5.1-codex-mini
c=2.5e-8 n=4.5e-8 a=2.5e-7 l=4.5e-7 b=0.000002 m=0.0000036 : ~gpt-5.1-codex-mini-2025-11-13
c=2.8e-8 a=2.75e-7 b=0.0000022 : ~eu/gpt-5.1-codex-mini ~us/gpt-5.1-codex-mini
c=3.75e-7 a=0.0000015 b=0.000006 : ~codex-mini
@azure video_generation
w1=0.1 : ~sora-2
w1=0.3 : ~sora-2-pro
w1=0.5 : ~sora-2-pro-high-res
@azure_ai chat
a=0.000001 b=0.000003 : ~mistral-small
a=0.0000011 b=3.7e-7 : ~Meta-Llama-3-70B-Instruct
a=0.00000114 b=0.00000456 : ~deepseek-v3 ~deepseek-v3-0324
a=0.00000123 b=0.00000494 : ~deepseek-v3.1
a=0.00000135 b=0.0000054 : ~MAI-DS-R1 ~deepseek-r1
a=0.00000141 b=3.5e-7 : ~Llama-4-Maverick-17B-128E-Instruct-FP8
a=0.00000174 b=0.00000348 : ~deepseek-v4-pro
a=0.000002 b=0.000006 : ~mistral-large-2407 ~mistral-large-latest
a=0.00000204 b=0.00000204 : ~Llama-3.2-90B-Vision-Instruct
a=0.00000268 b=0.00000354 : ~Meta-Llama-3.1-70B-Instruct
a=0.000003 b=0.000015 : ~global/grok-3 ~grok-3 ~grok-4
a=0.000004 b=0.000012 : ~mistral-large
a=0.00000533 b=0.000016 : ~Meta-Llama-3.1-405B-Instruct
a=0.0032 b=0.00971 : ~jais-30b-chat
a=1.25e-7 b=5e-7 : ~Phi-4 ~Phi-4-reasoning
a=1.3e-7 b=5.2e-7 : ~Phi-3-mini-128k-instruct ~Phi-3-mini-4k-instruct ~Phi-3.5-mini-instruct ~Phi-3.5-vision-instruct
a=1.4e-7 b=0 : ~model_router
a=1.5e-7 b=1.5e-7 : ~mistral-nemo
a=1.5e-7 b=6e-7 : ~Phi-3-small-128k-instruct ~Phi-3-small-8k-instruct ~gpt-oss-120b
a=1.6e-7 b=6.4e-7 : ~Phi-3.5-MoE-instruct
a=1.7e-7 b=6.8e-7 : ~Phi-3-medium-128k-instruct ~Phi-3-medium-4k-instruct
a=1.9e-7 b=5.1e-7 : ~deepseek-v4-flash
a=1e-7 b=3e-7 : ~mistral-small-2503
a=2.5e-7 b=0.00000127 : ~global/grok-3-mini ~grok-3-mini
a=2e-7 b=0.0000015 : ~grok-code-fast-1
a=2e-7 b=5e-7 : ~grok-4-1-fast-non-reasoning ~grok-4-1-fast-reasoning ~grok-4-fast-non-reasoning ~grok-4-fast-reasoning
a=2e-7 b=7.8e-7 : ~Llama-4-Scout-17B-16E-Instruct
a=3.7e-7 b=3.7e-7 : ~Llama-3.2-11B-Vision-Instruct
a=3e-7 b=6.1e-7 : ~Meta-Llama-3.1-8B-Instruct
a=4e-7 b=0.000002 : ~mistral-medium-2505
a=4e-8 b=4e-8 : ~ministral-3b
a=5.8e-7 b=0.00000168 : ~deepseek-v3.2 ~deepseek-v3.2-speciale
a=5e-7 b=0.0000015 : ~mistral-large-3
a=5e-7 b=7e-7 : ~jamba-instruct
a=6e-7 b=0.000003 : ~kimi-k2.5
a=7.1e-7 b=7.1e-7 : ~Llama-3.3-70B-Instruct
a=7.5e-8 b=3e-7 : ~Phi-4-mini-instruct
a=8e-8 b=3.2e-7 : ~Phi-4-mini-reasoning
a=9.5e-7 b=0.000004 : ~kimi-k2.6
c=2.5e-7 w=5e-7 r1=0.000001 n=5e-7 a=0.0000025 x=0.000005 t1=0.00001 l=0.000005 b=0.000015 y=0.0000225 u1=0.000045 m=0.00003 : ~gpt-5.4 ~gpt-5.4-2026-03-05
c=2e-8 n=4e-8 a=2e-7 l=4e-7 b=0.00000125 m=0.0000025 : ~gpt-5.4-nano ~gpt-5.4-nano-2026-03-17
c=5e-7 w=0.000001 r1=0.000002 n=0.000001 a=0.000005 x=0.00001 t1=0.00002 l=0.00001 b=0.00003 y=0.000045 u1=0.00009 m=0.00006 : ~gpt-5.5 ~gpt-5.5-2026-04-23
c=7.5e-8 n=1.5e-7 a=7.5e-7 l=0.0000015 b=0.0000045 m=0.000009 : ~gpt-5.4-mini ~gpt-5.4-mini-2026-03-17
d=0.00000125 g=0.000002 c=1e-7 a=0.000001 b=0.000005 : ~claude-haiku-4-5
d=0.0000025 g=0.000004 c=2e-7 a=0.000002 b=0.00001 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : ~claude-sonnet-5
d=0.00000375 g=0.000006 c=3e-7 a=0.000003 b=0.000015 : ~claude-sonnet-4-5 ~claude-sonnet-4-6
d=0.00000625 g=0.00001 c=5e-7 a=0.000005 b=0.000025 : ~claude-opus-4-5
d=0.00000625 g=0.00001 c=5e-7 a=0.000005 b=0.000025 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : ~claude-opus-4-6 ~claude-opus-4-7 ~claude-opus-4-8 ~claude-opus-5
d=0.0000125 g=0.00002 c=0.000001 a=0.00001 b=0.00005 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : ~claude-fable-5
d=0.00001875 g=0.00003 c=0.0000015 a=0.000015 b=0.000075 : ~claude-opus-4-1
h=0.000004 a=8e-8 b=3.2e-7 : ~Phi-4-multimodal-instruct
@azure_ai embedding
a=1.2e-7 b=0 : ~embed-v-4-0
a=1e-7 b=0 : ~Cohere-embed-v3-english ~Cohere-embed-v3-multilingual
@azure_ai image_generation
a=0.000005 f=0.02 c1=0.0000195 : ~MAI-Image-2e
f=0.04 : ~FLUX-1.1-pro ~FLUX.1-Kontext-pro ~flux.2-pro
l1=0.00000175 a=0.00000175 f=0.0338 c1=0.000033 : ~MAI-Image-2.5-Flash
l1=0.000008 a=0.000005 f=0.05 c1=0.000047 : ~MAI-Image-2.5
@azure_ai ocr
y1=0.0015 : ~doc-intelligence/prebuilt-read
y1=0.003 : ~mistral-document-ai-2505 ~mistral-document-ai-2512
y1=0.01 : ~doc-intelligence/prebuilt-document ~doc-intelligence/prebuilt-layout
@azure_ai rerank
g1=0.002 a=0 b=0 : ~cohere-rerank-v3-english ~cohere-rerank-v3-multilingual ~cohere-rerank-v3.5 ~cohere-rerank-v4.0-fast
g1=0.0025 a=0 b=0 : ~cohere-rerank-v4.0-pro
@azure_ai responses
c=0.000003 w=0.000006 r1=0.000012 n=0.000006 a=0.00003 x=0.00006 t1=0.00012 l=0.00006 b=0.00018 y=0.00027 u1=0.00054 m=0.00036 : ~gpt-5.4-pro ~gpt-5.4-pro-2026-03-05
@azure_text completion
a=0.0000015 b=0.000002 : azure/gpt-3.5-turbo-instruct-0914 azure/gpt-35-turbo-instruct azure/gpt-35-turbo-instruct-0914
@baseten chat
a=1e-7 b=5e-7 : ~openai/gpt-oss-120b
a=3e-7 b=0.0000012 : ~MiniMaxAI/MiniMax-M2.5
a=3e-7 b=7.5e-7 : ~nvidia/Nemotron-120B-A12B
a=5e-7 b=0.0000015 : ~deepseek-ai/DeepSeek-V3.1
a=6e-7 b=0.0000022 : ~zai-org/GLM-4.6 ~zai-org/GLM-4.7
a=6e-7 b=0.0000025 : ~moonshotai/Kimi-K2-Instruct-0905 ~moonshotai/Kimi-K2-Thinking
a=6e-7 b=0.000003 : ~moonshotai/Kimi-K2.5
a=7.7e-7 b=7.7e-7 : ~deepseek-ai/DeepSeek-V3-0324
a=9.5e-7 b=0.00000315 : ~zai-org/GLM-5
@bedrock chat
a=0 b=0 : anthropic.claude-mythos-preview
a=0.000001 b=0.000003 : mistral.mistral-small-2402-v1:0
a=0.000001 b=0.0000032 : ~us-east-1/zai.glm-5 ~us-west-2/zai.glm-5
a=0.0000013 b=0.0000017 : amazon.titan-text-express-v1 ~us-gov-east-1/amazon.titan-text-express-v1 ~us-gov-west-1/amazon.titan-text-express-v1
a=0.0000015 b=0.000002 : cohere.command-text-v14
a=0.00000195 b=0.00000256 : meta.llama2-70b-chat-v1
a=0.000002 b=0.000002 : meta.llama3-2-90b-instruct-v1:0 us.meta.llama3-2-90b-instruct-v1:0
a=0.000002 b=0.000008 : ai21.jamba-1-5-large-v1:0
a=0.00000223 b=0.00000755 : ~ap-northeast-1/anthropic.claude-instant-v1
a=0.00000248 b=0.00000838 : ~eu-central-1/anthropic.claude-instant-v1
a=0.00000265 b=0.0000035 : meta.llama3-70b-instruct-v1:0 ~us-east-1/meta.llama3-70b-instruct-v1:0 ~us-gov-east-1/meta.llama3-70b-instruct-v1:0 ~us-gov-west-1/meta.llama3-70b-instruct-v1:0 ~us-west-1/meta.llama3-70b-instruct-v1:0
a=0.00000286 b=0.00000378 : ~eu-west-1/meta.llama3-70b-instruct-v1:0
a=0.000003 b=0.000009 : mistral.mistral-large-2407-v1:0
a=0.000003 b=0.000015 : cohere.command-r-plus-v1:0
a=0.00000305 b=0.00000403 : ~ca-central-1/meta.llama3-70b-instruct-v1:0
a=0.00000318 b=0.0000042 : ~ap-south-1/meta.llama3-70b-instruct-v1:0
a=0.00000345 b=0.00000455 : ~eu-west-2/meta.llama3-70b-instruct-v1:0
a=0.00000445 b=0.00000588 : ~sa-east-1/meta.llama3-70b-instruct-v1:0
a=0.00000532 b=0.000016 : meta.llama3-1-405b-instruct-v1:0 us.meta.llama3-1-405b-instruct-v1:0
a=0.000008 b=0.000024 : anthropic.claude-v1 anthropic.claude-v2:1 mistral.mistral-large-2402-v1:0 ~ap-northeast-1/anthropic.claude-v1 ~ap-northeast-1/anthropic.claude-v2:1 ~eu-central-1/anthropic.claude-v1 ~eu-central-1/anthropic.claude-v2:1 ~us-east-1/anthropic.claude-v1 ~us-east-1/anthropic.claude-v2:1 ~us-east-1/mistral.mistral-large-2402-v1:0 ~us-west-2/anthropic.claude-v1 ~us-west-2/anthropic.claude-v2:1 ~us-west-2/mistral.mistral-large-2402-v1:0
a=0.0000104 b=0.0000312 : ~eu-west-3/mistral.mistral-large-2402-v1:0
a=0.0000125 b=0.0000125 : ai21.j2-mid-v1
a=0.0000188 b=0.0000188 : ai21.j2-ultra-v1
a=1.3e-7 b=1.3e-7 : eu.meta.llama3-2-1b-instruct-v1:0
a=1.5e-7 b=1.5e-7 : meta.llama3-2-3b-instruct-v1:0 us.meta.llama3-2-3b-instruct-v1:0
a=1.5e-7 b=2e-7 : mistral.mistral-7b-instruct-v0:2 ~us-east-1/mistral.mistral-7b-instruct-v0:2 ~us-west-2/mistral.mistral-7b-instruct-v0:2
a=1.9e-7 b=1.9e-7 : eu.meta.llama3-2-3b-instruct-v1:0
a=1e-7 b=1e-7 : meta.llama3-2-1b-instruct-v1:0 us.meta.llama3-2-1b-instruct-v1:0
a=2.2e-7 b=2.2e-7 : meta.llama3-1-8b-instruct-v1:0 us.meta.llama3-1-8b-instruct-v1:0
a=2e-7 b=2.6e-7 : ~eu-west-3/mistral.mistral-7b-instruct-v0:2
a=2e-7 b=4e-7 : ai21.jamba-1-5-mini-v1:0
a=3.09e-7 b=0.000001236 : ~ap-southeast-2/minimax.minimax-m2.5
a=3.2e-7 b=6.5e-7 : ~eu-west-1/meta.llama3-8b-instruct-v1:0
a=3.5e-7 b=3.5e-7 : meta.llama3-2-11b-instruct-v1:0 us.meta.llama3-2-11b-instruct-v1:0
a=3.5e-7 b=6.9e-7 : ~ca-central-1/meta.llama3-8b-instruct-v1:0
a=3.6e-7 b=0.00000144 : ~ap-northeast-1/minimax.minimax-m2.1 ~ap-northeast-1/minimax.minimax-m2.5 ~ap-south-1/minimax.minimax-m2.1 ~ap-south-1/minimax.minimax-m2.5 ~ap-southeast-3/minimax.minimax-m2.1 ~ap-southeast-3/minimax.minimax-m2.5 ~eu-central-1/minimax.minimax-m2.1 ~eu-central-1/minimax.minimax-m2.5 ~eu-north-1/minimax.minimax-m2.1 ~eu-north-1/minimax.minimax-m2.5 ~eu-south-1/minimax.minimax-m2.1 ~eu-south-1/minimax.minimax-m2.5 ~eu-west-1/minimax.minimax-m2.1 ~eu-west-1/minimax.minimax-m2.5 ~sa-east-1/minimax.minimax-m2.1 ~sa-east-1/minimax.minimax-m2.5
a=3.6e-7 b=7.2e-7 : ~ap-south-1/meta.llama3-8b-instruct-v1:0
a=3.9e-7 b=7.8e-7 : ~eu-west-2/meta.llama3-8b-instruct-v1:0
a=3e-7 b=0.0000012 : ~us-east-1/minimax.minimax-m2.1 ~us-east-1/minimax.minimax-m2.5 ~us-east-2/minimax.minimax-m2.1 ~us-east-2/minimax.minimax-m2.5 ~us-west-2/minimax.minimax-m2.1 ~us-west-2/minimax.minimax-m2.5
a=3e-7 b=0.00000265 : ~us-gov-east-1/meta.llama3-8b-instruct-v1:0 ~us-gov-west-1/meta.llama3-8b-instruct-v1:0
a=3e-7 b=4e-7 : amazon.titan-text-lite-v1 ~us-gov-east-1/amazon.titan-text-lite-v1 ~us-gov-west-1/amazon.titan-text-lite-v1
a=3e-7 b=6e-7 : cohere.command-light-text-v14 meta.llama3-8b-instruct-v1:0 ~us-east-1/meta.llama3-8b-instruct-v1:0 ~us-west-1/meta.llama3-8b-instruct-v1:0
a=4.5e-7 b=7e-7 : mistral.mixtral-8x7b-instruct-v0:1 ~us-east-1/mistral.mixtral-8x7b-instruct-v0:1 ~us-west-2/mistral.mixtral-8x7b-instruct-v0:1
a=4.7e-7 b=0.00000186 : ~eu-west-2/minimax.minimax-m2.1 ~eu-west-2/minimax.minimax-m2.5
a=5.9e-7 b=9.1e-7 : ~eu-west-3/mistral.mixtral-8x7b-instruct-v0:1
a=5e-7 b=0.00000101 : ~sa-east-1/meta.llama3-8b-instruct-v1:0
a=5e-7 b=0.0000012 : ~us-east-1/qwen.qwen3-coder-next ~us-east-2/qwen.qwen3-coder-next ~us-west-2/qwen.qwen3-coder-next
a=5e-7 b=0.0000015 : amazon.titan-text-premier-v1:0 cohere.command-r-v1:0 ~us-gov-east-1/amazon.titan-text-premier-v1:0 ~us-gov-west-1/amazon.titan-text-premier-v1:0
a=5e-7 b=7e-7 : ai21.jamba-instruct-v1:0
a=6.2e-7 b=0.00000185 : ~us-east-1/deepseek.v3.2 ~us-east-2/deepseek.v3.2 ~us-west-2/deepseek.v3.2
a=6e-7 b=0.00000144 : ~ap-northeast-1/qwen.qwen3-coder-next ~ap-south-1/qwen.qwen3-coder-next ~ap-southeast-3/qwen.qwen3-coder-next ~eu-central-1/qwen.qwen3-coder-next ~eu-south-1/qwen.qwen3-coder-next ~eu-west-1/qwen.qwen3-coder-next ~sa-east-1/qwen.qwen3-coder-next
a=6e-7 b=0.0000025 : ~us-east-1/moonshotai.kimi-k2-thinking ~us-east-2/moonshotai.kimi-k2-thinking ~us-west-2/moonshotai.kimi-k2-thinking
a=6e-7 b=0.000003 : ~us-east-1/moonshotai.kimi-k2.5 ~us-east-2/moonshotai.kimi-k2.5 ~us-west-2/moonshotai.kimi-k2.5
a=6e-7 b=0.00000303 : ~moonshotai.kimi-k2.5
a=7.1e-7 b=0.00000294 : ~ap-south-1/moonshotai.kimi-k2-thinking
a=7.2e-7 b=0.0000036 : ~ap-northeast-1/moonshotai.kimi-k2.5 ~ap-south-1/moonshotai.kimi-k2.5 ~ap-southeast-3/moonshotai.kimi-k2.5 ~eu-north-1/moonshotai.kimi-k2.5 ~sa-east-1/moonshotai.kimi-k2.5
a=7.3e-7 b=0.00000303 : ~ap-northeast-1/moonshotai.kimi-k2-thinking ~moonshotai.kimi-k2-thinking ~sa-east-1/moonshotai.kimi-k2-thinking
a=7.4e-7 b=0.00000222 : ~ap-northeast-1/deepseek.v3.2 ~ap-south-1/deepseek.v3.2 ~ap-southeast-3/deepseek.v3.2 ~eu-north-1/deepseek.v3.2 ~sa-east-1/deepseek.v3.2
a=7.5e-7 b=0.000001 : meta.llama2-13b-chat-v1
a=7.8e-7 b=0.00000186 : ~eu-west-2/qwen.qwen3-coder-next
a=8e-7 b=0.0000024 : anthropic.claude-instant-v1 ~us-east-1/anthropic.claude-instant-v1 ~us-west-2/anthropic.claude-instant-v1
a=9.6e-7 b=0.00000384 : ~us-gov-east-1/amazon.nova-pro-v1:0 ~us-gov-west-1/amazon.nova-pro-v1:0
a=9.9e-7 b=9.9e-7 : meta.llama3-1-70b-instruct-v1:0 us.meta.llama3-1-70b-instruct-v1:0
d=0.000001 c=8e-8 a=8e-7 b=0.000004 : anthropic.claude-3-5-haiku-20241022-v1:0 us.anthropic.claude-3-5-haiku-20241022-v1:0 ~us.anthropic.claude-3-5-haiku-20241022-v1:0
d=0.0000015 g=0.0000024 c=1.2e-7 a=0.0000012 b=0.000006 : ~us-gov-east-1/anthropic.claude-haiku-4-5-20251001-v1:0 ~us-gov-west-1/anthropic.claude-haiku-4-5-20251001-v1:0
d=0.00000375 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.00003 : anthropic.claude-3-5-sonnet-20240620-v1:0 anthropic.claude-3-5-sonnet-20241022-v2:0
d=0.00000375 c=3e-7 a=0.000003 b=0.000015 : anthropic.claude-3-sonnet-20240229-v1:0 apac.anthropic.claude-3-5-sonnet-20240620-v1:0 apac.anthropic.claude-3-5-sonnet-20241022-v2:0 apac.anthropic.claude-3-sonnet-20240229-v1:0 eu.anthropic.claude-3-5-sonnet-20240620-v1:0 eu.anthropic.claude-3-5-sonnet-20241022-v2:0 eu.anthropic.claude-3-7-sonnet-20250219-v1:0 eu.anthropic.claude-3-sonnet-20240229-v1:0 us.anthropic.claude-3-5-sonnet-20240620-v1:0 us.anthropic.claude-3-5-sonnet-20241022-v2:0 us.anthropic.claude-3-sonnet-20240229-v1:0 ~invoke/anthropic.claude-3-5-sonnet-20240620-v1:0
d=0.00000375 g=0.000006 z1=0.000012 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 : claude-sonnet-4-5-20250929-v1:0
d=0.0000045 c=3.6e-7 a=0.0000036 b=0.000018 : anthropic.claude-3-7-sonnet-20240620-v1:0 ~us-gov-east-1/anthropic.claude-3-5-sonnet-20240620-v1:0 ~us-gov-west-1/anthropic.claude-3-5-sonnet-20240620-v1:0 ~us-gov-west-1/anthropic.claude-3-7-sonnet-20250219-v1:0
d=0.0000045 g=0.0000072 c=3.6e-7 a=0.0000036 b=0.000018 : ~us-gov-east-1/anthropic.claude-sonnet-4-5-20250929-v1:0 ~us-gov-east-1/claude-sonnet-4-5-20250929-v1:0 ~us-gov-west-1/anthropic.claude-sonnet-4-5-20250929-v1:0 ~us-gov-west-1/claude-sonnet-4-5-20250929-v1:0
d=0.00001875 c=0.0000015 a=0.000015 b=0.000075 : anthropic.claude-3-opus-20240229-v1:0 eu.anthropic.claude-3-opus-20240229-v1:0 us.anthropic.claude-3-opus-20240229-v1:0
d=3.125e-7 c=2.5e-8 a=2.5e-7 b=0.00000125 : anthropic.claude-3-haiku-20240307-v1:0 apac.anthropic.claude-3-haiku-20240307-v1:0 eu.anthropic.claude-3-5-haiku-20241022-v1:0 eu.anthropic.claude-3-haiku-20240307-v1:0 us.anthropic.claude-3-haiku-20240307-v1:0
d=3.75e-7 c=3e-8 a=3e-7 b=0.0000015 : ~us-gov-east-1/anthropic.claude-3-haiku-20240307-v1:0 ~us-gov-west-1/anthropic.claude-3-haiku-20240307-v1:0
o1=0.00049 b=0.0000075 : eu.twelvelabs.pegasus-1-2-v1:0 twelvelabs.pegasus-1-2-v1:0 us.twelvelabs.pegasus-1-2-v1:0
p=0.0011416 o=0.0011416 : ~*/6-month-commitment/cohere.command-light-text-v14
p=0.001902 o=0.001902 : ~*/1-month-commitment/cohere.command-light-text-v14
p=0.00611 o=0.00611 : ~us-east-1/6-month-commitment/anthropic.claude-instant-v1 ~us-west-2/6-month-commitment/anthropic.claude-instant-v1
p=0.0066027 o=0.0066027 : ~*/6-month-commitment/cohere.command-text-v14
p=0.008194 o=0.008194 : ~ap-northeast-1/6-month-commitment/anthropic.claude-instant-v1
p=0.009083 o=0.009083 : ~eu-central-1/6-month-commitment/anthropic.claude-instant-v1
p=0.00972 o=0.00972 : ~us-east-1/6-month-commitment/anthropic.claude-v1 ~us-east-1/6-month-commitment/anthropic.claude-v2:1 ~us-west-2/6-month-commitment/anthropic.claude-v1 ~us-west-2/6-month-commitment/anthropic.claude-v2:1
p=0.011 o=0.011 : ~*/1-month-commitment/cohere.command-text-v14 ~us-east-1/1-month-commitment/anthropic.claude-instant-v1 ~us-west-2/1-month-commitment/anthropic.claude-instant-v1
p=0.01475 o=0.01475 : ~ap-northeast-1/1-month-commitment/anthropic.claude-instant-v1
p=0.01635 o=0.01635 : ~eu-central-1/1-month-commitment/anthropic.claude-instant-v1
p=0.0175 o=0.0175 : ~us-east-1/1-month-commitment/anthropic.claude-v1 ~us-east-1/1-month-commitment/anthropic.claude-v2:1 ~us-west-2/1-month-commitment/anthropic.claude-v1 ~us-west-2/1-month-commitment/anthropic.claude-v2:1
p=0.02305 o=0.02305 : ~eu-central-1/6-month-commitment/anthropic.claude-v1 ~eu-central-1/6-month-commitment/anthropic.claude-v2:1
p=0.02527 o=0.02527 : ~ap-northeast-1/6-month-commitment/anthropic.claude-v1 ~ap-northeast-1/6-month-commitment/anthropic.claude-v2:1
p=0.0415 o=0.0415 : ~eu-central-1/1-month-commitment/anthropic.claude-v1 ~eu-central-1/1-month-commitment/anthropic.claude-v2:1
p=0.0455 o=0.0455 : ~ap-northeast-1/1-month-commitment/anthropic.claude-v1 ~ap-northeast-1/1-month-commitment/anthropic.claude-v2:1
@bedrock embedding
a=0.00007 b=0 : twelvelabs.marengo-embed-2-7-v1:0
a=1.2e-7 b=0 : cohere.embed-v4:0
a=1e-7 b=0 : amazon.titan-embed-g1-text-02 amazon.titan-embed-text-v1 cohere.embed-english-v3 cohere.embed-multilingual-v3 ~us-gov-east-1/amazon.titan-embed-text-v1 ~us-gov-west-1/amazon.titan-embed-text-v1
a=2e-7 b=0 : ~us-gov-east-1/amazon.titan-embed-text-v2:0 ~us-gov-west-1/amazon.titan-embed-text-v2:0
a=2e-8 b=0 c2={"bedrock_invocation_schema":"titan_v2"} : amazon.titan-embed-text-v2:0
i=0.00006 a=8e-7 b=0 : amazon.titan-embed-image-v1
x1=0.00014 i=0.00006 a=1.35e-7 o1=0.0007 b=0 : amazon.nova-2-multimodal-embeddings-v1:0
x1=0.00014 i=0.0001 a=0.00007 o1=0.0007 b=0 : eu.twelvelabs.marengo-embed-2-7-v1:0 us.twelvelabs.marengo-embed-2-7-v1:0
@bedrock image_edit
f=0.03 : stability.stable-fast-upscale-v1:0
f=0.06 : stability.stable-outpaint-v1:0
f=0.07 : stability.stable-image-control-sketch-v1:0 stability.stable-image-control-structure-v1:0 stability.stable-image-erase-object-v1:0 stability.stable-image-inpaint-v1:0 stability.stable-image-remove-background-v1:0 stability.stable-image-search-recolor-v1:0 stability.stable-image-search-replace-v1:0 stability.stable-image-style-guide-v1:0
f=0.08 : stability.stable-style-transfer-v1:0
f=0.4 : stability.stable-conservative-upscale-v1:0
f=0.6 : stability.stable-creative-upscale-v1:0
@bedrock image_generation
f=0.018 : 512-x-512/50-steps/stability.stable-diffusion-xl-v0
f=0.036 : 512-x-512/max-steps/stability.stable-diffusion-xl-v0 max-x-max/50-steps/stability.stable-diffusion-xl-v0
f=0.04 : 1024-x-1024/50-steps/stability.stable-diffusion-xl-v1 stability.stable-image-core-v1:0 stability.stable-image-core-v1:1
f=0.06 : 1024-x-1024/50-steps/bedrock/amazon.nova-canvas-v1:0 amazon.nova-canvas-v1:0 us.amazon.nova-canvas-v1:0
f=0.072 : max-x-max/max-steps/stability.stable-diffusion-xl-v0
f=0.08 : 1024-x-1024/max-steps/stability.stable-diffusion-xl-v1 stability.sd3-5-large-v1:0 stability.sd3-large-v1:0
f=0.14 : stability.stable-image-ultra-v1:0 stability.stable-image-ultra-v1:1
i=0 f=0.008 : amazon.titan-image-generator-v1 amazon.titan-image-generator-v2 amazon.titan-image-generator-v2:0
@bedrock rerank
g1=0.001 a=0 b=0 : amazon.rerank-v1:0
g1=0.002 a=0 b=0 : cohere.rerank-v3-5:0
@bedrock_converse chat
a=0.000001 b=0.0000032 : zai.glm-5
a=0.00000105 b=0.0000042 : eu.amazon.nova-pro-v1:0
a=0.00000135 b=0.0000054 : us.deepseek.r1-v1:0
a=0.000002 b=0.000006 : eu.mistral.pixtral-large-2502-v1:0 us.mistral.pixtral-large-2502-v1:0
a=0.0000025 b=0.00001 : us.writer.palmyra-x4-v1:0 writer.palmyra-x4-v1:0
a=0.0000025 b=0.0000125 : us.amazon.nova-premier-v1:0
a=1.5e-7 b=0.0000012 : qwen.qwen3-next-80b-a3b
a=1.5e-7 b=1.5e-7 : mistral.ministral-3-8b-instruct
a=1.5e-7 b=6.5e-7 : nvidia.nemotron-super-3-120b
a=1.5e-7 b=6e-7 : openai.gpt-oss-120b-1:0 openai.gpt-oss-safeguard-120b qwen.qwen3-32b-v1:0 qwen.qwen3-coder-30b-a3b-v1:0
a=1.7e-7 j=8.5e-8 b=6.6e-7 k=3.3e-7 : meta.llama4-scout-17b-instruct-v1:0 us.meta.llama4-scout-17b-instruct-v1:0
a=1e-7 b=1e-7 : mistral.ministral-3-3b-instruct
a=1e-7 b=3e-7 : mistral.voxtral-small-24b-2507
a=2.2e-7 b=0.0000018 : qwen.qwen3-coder-480b-a35b-v1:0
a=2.2e-7 b=8.8e-7 : qwen.qwen3-235b-a22b-2507-v1:0
a=2.3e-7 b=3.8e-7 : google.gemma-3-27b-it
a=2.4e-7 j=1.2e-7 b=9.7e-7 k=4.85e-7 : meta.llama4-maverick-17b-instruct-v1:0 us.meta.llama4-maverick-17b-instruct-v1:0
a=2e-7 b=2e-7 : mistral.ministral-3-14b-instruct
a=2e-7 b=6e-7 : nvidia.nemotron-nano-12b-v2
a=3.5e-8 b=1.4e-7 : amazon.nova-micro-v1:0 us.amazon.nova-micro-v1:0
a=3.7e-8 b=1.48e-7 : apac.amazon.nova-micro-v1:0
a=3e-7 b=0.0000012 : minimax.minimax-m2 minimax.minimax-m2.1 minimax.minimax-m2.5
a=4.6e-8 b=1.84e-7 : eu.amazon.nova-micro-v1:0
a=4e-7 b=0.000002 : mistral.devstral-2-123b
a=4e-8 b=4e-8 : mistral.voxtral-mini-3b-2507
a=4e-8 b=8e-8 : google.gemma-3-4b-it
a=5.3e-7 b=0.00000266 : qwen.qwen3-vl-235b-a22b
a=5.8e-7 b=0.00000168 : deepseek.v3-v1:0
a=5e-7 b=0.0000012 : qwen.qwen3-coder-next
a=5e-7 b=0.0000015 : mistral.magistral-small-2509 mistral.mistral-large-3-675b-instruct
a=6.2e-7 b=0.00000185 : deepseek.v3.2 us.deepseek.v3.2
a=6.3e-8 b=2.52e-7 : apac.amazon.nova-lite-v1:0
a=6e-7 b=0.0000022 : zai.glm-4.7
a=6e-7 b=0.0000025 : moonshot.kimi-k2-thinking
a=6e-7 b=0.000003 : moonshotai.kimi-k2.5
a=6e-7 b=0.000006 : us.writer.palmyra-x5-v1:0 writer.palmyra-x5-v1:0
a=6e-8 b=2.3e-7 : nvidia.nemotron-nano-9b-v2
a=6e-8 b=2.4e-7 : amazon.nova-lite-v1:0 nvidia.nemotron-nano-3-30b us.amazon.nova-lite-v1:0
a=7.2e-7 b=7.2e-7 : meta.llama3-3-70b-instruct-v1:0 us.meta.llama3-3-70b-instruct-v1:0
a=7.4e-7 b=0.00000222 : eu.deepseek.v3.2
a=7.8e-8 b=3.12e-7 : eu.amazon.nova-lite-v1:0
a=7e-8 b=2e-7 : openai.gpt-oss-safeguard-20b
a=7e-8 b=3e-7 : openai.gpt-oss-20b-1:0
a=7e-8 b=4e-7 : zai.glm-4.7-flash
a=8.4e-7 b=0.00000336 : apac.amazon.nova-pro-v1:0
a=8e-7 b=0.0000032 : amazon.nova-pro-v1:0 us.amazon.nova-pro-v1:0
a=9e-8 b=2.9e-7 : google.gemma-3-12b-it
c=5.46875e-7 h=0.0000021875 l1=0.0000021875 a=0.0000021875 b=0.0000175 : amazon.nova-2-pro-preview-20251202-v1:0 apac.amazon.nova-2-pro-preview-20251202-v1:0 eu.amazon.nova-2-pro-preview-20251202-v1:0 us.amazon.nova-2-pro-preview-20251202-v1:0
c=7.5e-8 a=3e-7 b=0.0000025 : amazon.nova-2-lite-v1:0 global.amazon.nova-2-lite-v1:0
c=8.25e-8 a=3.3e-7 b=0.00000275 : apac.amazon.nova-2-lite-v1:0 eu.amazon.nova-2-lite-v1:0 us.amazon.nova-2-lite-v1:0
d=0.00000125 g=0.000002 c=1e-7 a=0.000001 b=0.000005 : anthropic.claude-haiku-4-5-20251001-v1:0 anthropic.claude-haiku-4-5@20251001 global.anthropic.claude-haiku-4-5-20251001-v1:0
d=0.000001375 c=1.1e-7 a=0.0000011 b=0.0000055 : apac.anthropic.claude-haiku-4-5-20251001-v1:0
d=0.000001375 g=0.0000022 c=1.1e-7 a=0.0000011 b=0.0000055 : au.anthropic.claude-haiku-4-5-20251001-v1:0 eu.anthropic.claude-haiku-4-5-20251001-v1:0 jp.anthropic.claude-haiku-4-5-20251001-v1:0 us.anthropic.claude-haiku-4-5-20251001-v1:0
d=0.0000025 g=0.000004 c=2e-7 a=0.000002 b=0.00001 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : anthropic.claude-sonnet-5 global.anthropic.claude-sonnet-5
d=0.00000275 g=0.0000044 c=2.2e-7 a=0.0000022 b=0.000011 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : au.anthropic.claude-sonnet-5 eu.anthropic.claude-sonnet-5 jp.anthropic.claude-sonnet-5 us.anthropic.claude-sonnet-5
d=0.00000375 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : anthropic.claude-sonnet-4-20250514-v1:0 apac.anthropic.claude-sonnet-4-20250514-v1:0 eu.anthropic.claude-sonnet-4-20250514-v1:0 global.anthropic.claude-sonnet-4-20250514-v1:0 us.anthropic.claude-sonnet-4-20250514-v1:0
d=0.00000375 c=3e-7 a=0.000003 b=0.000015 : anthropic.claude-3-7-sonnet-20250219-v1:0 us.anthropic.claude-3-7-sonnet-20250219-v1:0
d=0.00000375 g=0.000006 c=3e-7 a=0.000003 b=0.000015 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : anthropic.claude-sonnet-4-6 global.anthropic.claude-sonnet-4-6
d=0.00000375 g=0.000006 z1=0.000012 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : anthropic.claude-sonnet-4-5-20250929-v1:0 global.anthropic.claude-sonnet-4-5-20250929-v1:0
d=0.000004125 g=0.0000066 c=3.3e-7 a=0.0000033 b=0.0000165 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : au.anthropic.claude-sonnet-4-6 eu.anthropic.claude-sonnet-4-6 jp.anthropic.claude-sonnet-4-6 us.anthropic.claude-sonnet-4-6
d=0.000004125 g=0.0000066 z1=0.0000132 a1=0.00000825 c=3.3e-7 u=6.6e-7 a=0.0000033 s=0.0000066 b=0.0000165 t=0.00002475 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : au.anthropic.claude-sonnet-4-5-20250929-v1:0 eu.anthropic.claude-sonnet-4-5-20250929-v1:0 jp.anthropic.claude-sonnet-4-5-20250929-v1:0 us.anthropic.claude-sonnet-4-5-20250929-v1:0
d=0.0000045 g=0.0000072 z1=0.0000144 a1=0.000009 c=3.6e-7 u=7.2e-7 a=0.0000036 s=0.0000072 b=0.000018 t=0.000027 : us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0
d=0.00000625 c=5e-7 a=0.000005 b=0.000025 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : eu.anthropic.claude-opus-4-5-20251101-v1:0
d=0.00000625 g=0.00001 c=5e-7 a=0.000005 b=0.000025 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : anthropic.claude-opus-4-5-20251101-v1:0 anthropic.claude-opus-4-6-v1 anthropic.claude-opus-4-7 anthropic.claude-opus-4-8 anthropic.claude-opus-5 global.anthropic.claude-opus-4-5-20251101-v1:0 global.anthropic.claude-opus-4-6-v1 global.anthropic.claude-opus-4-7 global.anthropic.claude-opus-4-8 global.anthropic.claude-opus-5
d=0.000006875 c=5.5e-7 a=0.0000055 b=0.0000275 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : jp.anthropic.claude-opus-4-7
d=0.000006875 g=0.000011 c=5.5e-7 a=0.0000055 b=0.0000275 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : au.anthropic.claude-opus-4-6-v1 au.anthropic.claude-opus-4-7 au.anthropic.claude-opus-4-8 au.anthropic.claude-opus-5 eu.anthropic.claude-opus-4-6-v1 eu.anthropic.claude-opus-4-7 eu.anthropic.claude-opus-4-8 eu.anthropic.claude-opus-5 jp.anthropic.claude-opus-4-8 jp.anthropic.claude-opus-5 us.anthropic.claude-opus-4-5-20251101-v1:0 us.anthropic.claude-opus-4-6-v1 us.anthropic.claude-opus-4-7 us.anthropic.claude-opus-4-8 us.anthropic.claude-opus-5
d=0.0000125 g=0.00002 c=0.000001 a=0.00001 b=0.00005 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : anthropic.claude-fable-5 global.anthropic.claude-fable-5
d=0.00001375 g=0.000022 c=0.0000011 a=0.000011 b=0.000055 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : eu.anthropic.claude-fable-5 us.anthropic.claude-fable-5
d=0.00001875 c=0.0000015 a=0.000015 b=0.000075 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : anthropic.claude-opus-4-1-20250805-v1:0 anthropic.claude-opus-4-20250514-v1:0 eu.anthropic.claude-opus-4-1-20250805-v1:0 eu.anthropic.claude-opus-4-20250514-v1:0 us.anthropic.claude-opus-4-1-20250805-v1:0 us.anthropic.claude-opus-4-20250514-v1:0
@bedrock_mantle chat
a=1.3e-7 b=4e-7 : ~google.gemma-4-26b-a4b
a=1.4e-7 b=4e-7 : ~google.gemma-4-31b
a=1.5e-7 b=6e-7 : ~openai.gpt-oss-120b ~openai.gpt-oss-safeguard-120b
a=4e-8 b=8e-8 : ~google.gemma-4-e2b
a=7.5e-8 b=3e-7 : ~openai.gpt-oss-20b ~openai.gpt-oss-safeguard-20b
c=2e-7 a=0.00000125 b=0.0000025 : ~xai.grok-4.3
@bedrock_mantle responses
c=2.75e-7 a=0.00000275 b=0.0000165 : ~openai.gpt-5.4
c=5.5e-7 a=0.0000055 b=0.000033 : ~openai.gpt-5.5
d=0.00000275 c=2.2e-7 a=0.0000022 b=0.0000132 : ~openai.gpt-5.6-terra
d=0.000006875 c=5.5e-7 a=0.0000055 b=0.000033 : ~openai.gpt-5.6-sol
d=2.75e-7 c=2.2e-8 a=2.2e-7 b=0.00000132 : ~openai.gpt-5.6-luna
@black_forest_labs image_edit
f=0.04 : ~flux-kontext-pro
f=0.05 : ~flux-pro-1.0-expand ~flux-pro-1.0-fill
f=0.08 : ~flux-kontext-max
@black_forest_labs image_generation
f=0.025 : ~flux-dev
f=0.04 : ~flux-pro-1.1
f=0.05 : ~flux-pro
f=0.06 : ~flux-pro-1.1-ultra
@cerebras chat
a=0.00000225 b=0.00000275 : ~zai-glm-4.6 ~zai-glm-4.7
a=1e-7 b=1e-7 : ~llama3.1-8b
a=3.5e-7 b=7.5e-7 : ~gpt-oss-120b
a=4e-7 b=8e-7 : ~qwen-3-32b
a=6e-7 b=6e-7 : ~llama3.1-70b
a=8.5e-7 b=0.0000012 : ~llama-3.3-70b
@chatgpt responses
: ~gpt-5.1-codex-max ~gpt-5.1-codex-mini ~gpt-5.2 ~gpt-5.2-codex ~gpt-5.3-chat-latest ~gpt-5.3-codex ~gpt-5.3-codex-spark ~gpt-5.3-instant ~gpt-5.4 ~gpt-5.4-pro
@cloudflare chat
a=0 b=0 : ~@cf/google/gemma-2b-it-lora ~@cf/google/gemma-7b-it-lora ~@cf/meta-llama/llama-2-7b-chat-hf-lora ~@cf/mistral/mistral-7b-instruct-v0.2-lora
a=0.000001923 b=0.000001923 : ~@cf/meta/llama-2-7b-chat-fp16 ~@cf/meta/llama-2-7b-chat-int8 ~@cf/mistral/mistral-7b-instruct-v0.1 ~@hf/thebloke/codellama-7b-instruct-awq
a=1.52e-7 b=2.87e-7 : ~@cf/meta/llama-3.1-8b-instruct-fp8
a=1.7e-8 b=1.12e-7 : ~@cf/ibm-granite/granite-4.0-h-micro
a=1e-7 b=3e-7 : ~@cf/google/gemma-4-26b-a4b-it
a=2.7e-7 b=8.5e-7 : ~@cf/meta/llama-4-scout-17b-16e-instruct
a=2.7e-8 b=2.01e-7 : ~@cf/meta/llama-3.2-1b-instruct
a=2.93e-7 b=0.000002253 : ~@cf/meta/llama-3.3-70b-instruct-fp8-fast
a=2e-7 b=3e-7 : ~@cf/openai/gpt-oss-20b
a=3.51e-7 b=5.55e-7 : ~@cf/aisingapore/gemma-sea-lion-v4-27b-it ~@cf/mistralai/mistral-small-3.1-24b-instruct
a=3.5e-7 b=7.5e-7 : ~@cf/openai/gpt-oss-120b
a=4.84e-7 b=3e-8 : ~@cf/meta/llama-guard-3-8b
a=4.85e-8 b=6.76e-7 : ~@cf/meta/llama-3.2-11b-vision-instruct
a=4.97e-7 b=0.000004881 : ~@cf/deepseek-ai/deepseek-r1-distill-qwen-32b
a=5.09e-8 b=3.35e-7 : ~@cf/meta/llama-3.2-3b-instruct ~@cf/qwen/qwen3-30b-a3b-fp8
a=5e-7 b=0.0000015 : ~@cf/nvidia/nemotron-3-120b-a12b
a=6.05e-8 b=4e-7 : ~@cf/zai-org/glm-4.7-flash
a=6.6e-7 b=0.000001 : ~@cf/qwen/qwen2.5-coder-32b-instruct ~@cf/qwen/qwq-32b
c=1.6e-7 a=9.5e-7 b=0.000004 : ~@cf/moonshotai/kimi-k2.6
c=1.9e-7 a=9.5e-7 b=0.000004 : ~@cf/moonshotai/kimi-k2.7-code
c=2.6e-7 a=0.0000014 b=0.0000044 : ~@cf/zai-org/glm-5.2
@codestral chat
a=0 b=0 : ~codestral-2405 ~codestral-latest
@cohere completion
a=0.000001 b=0.000002 : command command-nightly
@cohere embedding
a=0.0001 b=0 : embed-multilingual-light-v3.0
a=1.2e-7 b=0 : ~embed-v4.0
a=1e-7 b=0 : embed-english-light-v2.0 embed-english-light-v3.0 embed-english-v2.0 embed-multilingual-v2.0 embed-multilingual-v3.0
i=0.0001 a=1e-7 b=0 : embed-english-v3.0
@cohere rerank
g1=0.002 a=0 b=0 : rerank-english-v2.0 rerank-english-v3.0 rerank-multilingual-v2.0 rerank-multilingual-v3.0 rerank-v3.5
@cohere_chat chat
a=0.0000025 b=0.00001 : command-a-03-2025 command-r-plus command-r-plus-08-2024
a=1.5e-7 b=6e-7 : command-r command-r-08-2024
a=3.75e-8 b=1.5e-7 : command-r7b-12-2024
a=3e-7 b=6e-7 : command-light
@crusoe chat
a=0.0000015 b=0.0000015 : ~deepseek-ai/DeepSeek-V3-0324
a=0.0000025 b=0.0000025 : ~moonshotai/Kimi-K2-Thinking
a=0.000003 b=0.000003 : ~Qwen/Qwen3-235B-A22B-Instruct-2507
a=0.000003 b=0.000007 : ~deepseek-ai/DeepSeek-R1-0528
a=1e-7 b=1e-7 : ~google/gemma-3-12b-it
a=2e-7 b=2e-7 : ~meta-llama/Llama-3.3-70B-Instruct
a=8e-7 b=8e-7 : ~openai/gpt-oss-120b
@darkbloom chat
a=1.45e-8 b=7e-8 : ~gpt-oss-20b
a=3e-8 b=1.65e-7 : ~gemma-4-26b
@dashscope chat
: ~qwen3-30b-a3b
a=0.0000016 b=0.0000064 : ~qwen-max
a=1.5e-7 b=0.0000012 : ~qwen3-next-80b-a3b-instruct ~qwen3-next-80b-a3b-thinking
a=1.6e-7 b=0.00000287 : ~qwen3-vl-32b-thinking
a=1.6e-7 b=6.4e-7 : ~qwen3-vl-32b-instruct
a=3e-7 b=0.0000015 : ~qwen-coder
a=4e-7 b=0.0000012 : ~qwen-plus ~qwen-plus-2025-01-25
a=4e-7 b=0.0000016 : ~qwen3-vl-235b-a22b-instruct
a=4e-7 b=0.000004 : ~qwen3-vl-235b-a22b-thinking
a=4e-7 q=0.000004 b=0.0000012 : ~qwen-plus-2025-04-28 ~qwen-plus-2025-07-14
a=5e-8 b=2e-7 : ~qwen-turbo-2024-11-01
a=5e-8 q=5e-7 b=2e-7 : ~qwen-turbo ~qwen-turbo-2025-04-28 ~qwen-turbo-latest
a=8e-7 b=0.0000024 : ~qwq-plus
c=5e-7 a=0.0000025 b=0.0000075 : ~qwen3.7-max
m1=[{"cache_read_input_token_cost":1e-7,"input_cost_per_token":0.000001,"output_cost_per_token":0.000005,"range":[0,32000]},{"cache_read_input_token_cost":1.8e-7,"input_cost_per_token":0.0000018,"output_cost_per_token":0.000009,"range":[32000,128000]},{"cache_read_input_token_cost":3e-7,"input_cost_per_token":0.000003,"output_cost_per_token":0.000015,"range":[128000,256000]},{"cache_read_input_token_cost":6e-7,"input_cost_per_token":0.000006,"output_cost_per_token":0.00006,"range":[256000,1000000]}] : ~qwen3-coder-plus
m1=[{"cache_read_input_token_cost":8e-8,"input_cost_per_token":3e-7,"output_cost_per_token":0.0000015,"range":[0,32000]},{"cache_read_input_token_cost":1.2e-7,"input_cost_per_token":5e-7,"output_cost_per_token":0.0000025,"range":[32000,128000]},{"cache_read_input_token_cost":2e-7,"input_cost_per_token":8e-7,"output_cost_per_token":0.000004,"range":[128000,256000]},{"cache_read_input_token_cost":4e-7,"input_cost_per_token":0.0000016,"output_cost_per_token":0.0000096,"range":[256000,1000000]}] : ~qwen3-coder-flash
m1=[{"cache_read_input_token_cost":8e-8,"input_cost_per_token":4e-7,"output_cost_per_token":0.0000016,"range":[0,256000]},{"cache_read_input_token_cost":2.4e-7,"input_cost_per_token":0.0000012,"output_cost_per_token":0.0000048,"range":[256000,1000000]}] : ~qwen3.7-plus
m1=[{"input_cost_per_token":0.000001,"output_cost_per_token":0.000005,"range":[0,32000]},{"input_cost_per_token":0.0000018,"output_cost_per_token":0.000009,"range":[32000,128000]},{"input_cost_per_token":0.000003,"output_cost_per_token":0.000015,"range":[128000,256000]},{"input_cost_per_token":0.000006,"output_cost_per_token":0.00006,"range":[256000,1000000]}] : ~qwen3-coder-plus-2025-07-22
m1=[{"input_cost_per_token":0.0000012,"output_cost_per_token":0.000006,"range":[0,32000]},{"input_cost_per_token":0.0000024,"output_cost_per_token":0.000012,"range":[32000,128000]},{"input_cost_per_token":0.000003,"output_cost_per_token":0.000015,"range":[128000,252000]}] : ~qwen3-max ~qwen3-max-2026-01-23 ~qwen3-max-preview
m1=[{"input_cost_per_token":2e-7,"output_cost_per_token":0.0000016,"range":[0,32000]},{"input_cost_per_token":3e-7,"output_cost_per_token":0.0000024,"range":[32000,128000]},{"input_cost_per_token":6e-7,"output_cost_per_token":0.0000048,"range":[128000,256000]}] : ~qwen3-vl-plus
m1=[{"input_cost_per_token":3e-7,"output_cost_per_token":0.0000015,"range":[0,32000]},{"input_cost_per_token":5e-7,"output_cost_per_token":0.0000025,"range":[32000,128000]},{"input_cost_per_token":8e-7,"output_cost_per_token":0.000004,"range":[128000,256000]},{"input_cost_per_token":0.0000016,"output_cost_per_token":0.0000096,"range":[256000,1000000]}] : ~qwen3-coder-flash-2025-07-28
m1=[{"input_cost_per_token":4e-7,"output_cost_per_reasoning_token":0.000004,"output_cost_per_token":0.0000012,"range":[0,256000]},{"input_cost_per_token":0.0000012,"output_cost_per_reasoning_token":0.000012,"output_cost_per_token":0.0000036,"range":[256000,1000000]}] : ~qwen-plus-2025-07-28 ~qwen-plus-2025-09-11 ~qwen-plus-latest
m1=[{"input_cost_per_token":4e-7,"output_cost_per_token":0.0000024,"range":[0,256000]},{"input_cost_per_token":5e-7,"output_cost_per_token":0.000003,"range":[256000,1000000]}] : ~qwen3.5-plus
m1=[{"input_cost_per_token":5e-8,"output_cost_per_token":4e-7,"range":[0,256000]},{"input_cost_per_token":2.5e-7,"output_cost_per_token":0.000002,"range":[256000,1000000]}] : ~qwen-flash ~qwen-flash-2025-07-28
@dashscope image_generation
: ~qwen-image-2.0 ~qwen-image-2.0-pro
@databricks chat
a=0.00000100002 j1=0.000014286 b=0.00000100002 k1=0.000014286 : ~databricks-mpt-30b-instruct
a=0.00000100002 j1=0.000014286 b=0.0000029999900000000002 k1=0.000042857 : ~databricks-meta-llama-3-70b-instruct
a=0.00000100002 j1=0.000014286 b=0.00000500003 k1=0.000071429 : ~databricks-claude-haiku-4-5
a=0.00000124999 j1=0.000017857 b=0.000009999990000000002 k1=0.000142857 : ~databricks-gemini-2-5-pro ~databricks-gpt-5 ~databricks-gpt-5-1
a=0.0000029999900000000002 j1=0.000042857 b=0.000015000020000000002 k1=0.000214286 : ~databricks-claude-3-7-sonnet ~databricks-claude-sonnet-4 ~databricks-claude-sonnet-4-1 ~databricks-claude-sonnet-4-5
a=0.00000500003 j1=0.000071429 b=0.000015000020000000002 k1=0.000214286 : ~databricks-meta-llama-3-1-405b-instruct
a=0.00000500003 j1=0.000071429 b=0.000025000010000000002 k1=0.000357143 : ~databricks-claude-opus-4-5
a=0.000015000020000000002 j1=0.000214286 b=0.00007500003000000001 k1=0.001071429 : ~databricks-claude-opus-4 ~databricks-claude-opus-4-1
a=1.5000999999999998e-7 j1=0.0000021429999999999996 b=4.5003000000000007e-7 k1=0.000006429000000000001 : ~databricks-meta-llama-3-1-8b-instruct
a=1.5000999999999998e-7 j1=0.0000021429999999999996 b=5.0001e-7 k1=0.000007143 : ~databricks-gemma-3-12b
a=1.5000999999999998e-7 j1=0.0000021429999999999996 b=5.9997e-7 k1=0.000008571 : ~databricks-gpt-oss-120b
a=2.4997000000000006e-7 j1=0.000003571 b=0.0000019999700000000004 k1=0.000028571 : ~databricks-gpt-5-mini
a=3.0001999999999996e-7 j1=0.000004285999999999999 b=0.00000249998 k1=0.000035714 : ~databricks-gemini-2-5-flash
a=4.998e-8 j1=7.14e-7 b=3.9998000000000007e-7 k1=0.000005714000000000001 : ~databricks-gpt-5-nano
a=5.0001e-7 j1=0.000007143 b=0 k1=0 : ~databricks-mpt-7b-instruct
a=5.0001e-7 j1=0.000007143 b=0.00000100002 k1=0.000014286 : ~databricks-mixtral-8x7b-instruct
a=5.0001e-7 j1=0.000007143 b=0.0000015000300000000002 k1=0.000021429 : ~databricks-llama-2-70b-chat ~databricks-llama-4-maverick ~databricks-meta-llama-3-3-70b-instruct
a=7e-8 j1=0.000001 b=3.0001999999999996e-7 k1=0.000004285999999999999 : ~databricks-gpt-oss-20b
@databricks embedding
a=1.0003e-7 j1=0.000001429 b=0 k1=0 : ~databricks-bge-large-en
a=1.2999000000000001e-7 j1=0.000001857 b=0 k1=0 : ~databricks-gte-large-en
@dataforseo search
g1=0.003 : ~search
@deepgram audio_transcription
p=0.00007167 o=0 : ~nova ~nova-2 ~nova-2-atc ~nova-2-automotive ~nova-2-conversationalai ~nova-2-drivethru ~nova-2-finance ~nova-2-general ~nova-2-meeting ~nova-2-phonecall ~nova-2-video ~nova-2-voicemail ~nova-3 ~nova-3-general ~nova-general ~nova-phonecall
p=0.00008667 o=0 : ~nova-3-medical
p=0.0001 o=0 : ~whisper ~whisper-base ~whisper-large ~whisper-medium ~whisper-small ~whisper-tiny
p=0.00020833 o=0 : ~base ~base-conversationalai ~base-finance ~base-general ~base-meeting ~base-phonecall ~base-video ~base-voicemail
p=0.00024167 o=0 : ~enhanced ~enhanced-finance ~enhanced-general ~enhanced-meeting ~enhanced-phonecall
@deepinfra chat
a=0.000001 b=0.000001 : ~NousResearch/Hermes-3-Llama-3.1-405B
a=0.000001 b=0.000003 : ~deepseek-ai/DeepSeek-R1-0528-Turbo ~deepseek-ai/DeepSeek-R1-Turbo
a=0.00000125 b=0.00001 : ~google/gemini-2.5-pro
a=0.0000033 b=0.0000165 : ~anthropic/claude-4-sonnet
a=0.0000165 b=0.0000825 : ~anthropic/claude-4-opus
a=1.2e-7 b=3.9e-7 : ~Qwen/Qwen2.5-72B-Instruct
a=1.3e-7 b=3.9e-7 : ~meta-llama/Llama-3.3-70B-Instruct-Turbo
a=1.4e-7 b=0.0000014 : ~Qwen/Qwen3-Next-80B-A3B-Instruct ~Qwen/Qwen3-Next-80B-A3B-Thinking
a=1.5e-7 b=4e-7 : ~Qwen/QwQ-32B
a=1.5e-7 b=6e-7 : ~meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8
a=1.8e-7 b=1.8e-7 : ~meta-llama/Llama-Guard-4-12B
a=1.8e-7 b=5.4e-7 : ~Qwen/Qwen3-235B-A22B
a=1e-7 b=2.8e-7 : ~Qwen/Qwen3-32B ~meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo
a=1e-7 b=4e-7 : ~google/gemini-2.0-flash-001 ~nvidia/Llama-3.3-Nemotron-Super-49B-v1.5
a=2.3e-7 b=4e-7 : ~meta-llama/Llama-3.3-70B-Instruct
a=2.5e-7 b=8.8e-7 : ~deepseek-ai/DeepSeek-V3-0324
a=2.7e-7 b=0.0000015 : ~allenai/olmOCR-7B-0725-FP8
a=2.7e-7 b=2.7e-7 : ~deepseek-ai/DeepSeek-R1-Distill-Qwen-32B
a=2.9e-7 b=0.0000012 : ~Qwen/Qwen3-Coder-480B-A35B-Instruct-Turbo
a=2e-7 b=6e-7 : ~Qwen/Qwen2.5-VL-32B-Instruct ~deepseek-ai/DeepSeek-R1-Distill-Llama-70B
a=2e-8 b=2e-8 : ~meta-llama/Llama-3.2-3B-Instruct
a=2e-8 b=3e-8 : ~meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo
a=2e-8 b=4e-8 : ~mistralai/Mistral-Nemo-Instruct-2407
a=3.8e-7 b=8.9e-7 : ~deepseek-ai/DeepSeek-V3
a=3e-7 b=0.0000025 : ~google/gemini-2.5-flash
a=3e-7 b=0.0000029 : ~Qwen/Qwen3-235B-A22B-Thinking-2507
a=3e-7 b=3e-7 : ~NousResearch/Hermes-3-Llama-3.1-70B
a=3e-8 b=5e-8 : ~meta-llama/Meta-Llama-3.1-8B-Instruct
a=3e-8 b=6e-8 : ~meta-llama/Meta-Llama-3-8B-Instruct
a=4.8e-7 b=4.8e-7 : ~microsoft/WizardLM-2-8x22B
a=4.9e-8 b=4.9e-8 : ~meta-llama/Llama-3.2-11B-Vision-Instruct
a=4e-7 b=0.0000016 : ~Qwen/Qwen3-Coder-480B-A35B-Instruct ~zai-org/GLM-4.5
a=4e-7 b=4e-7 : ~meta-llama/Meta-Llama-3.1-70B-Instruct ~mistralai/Mixtral-8x7B-Instruct-v0.1
a=4e-8 b=1.5e-7 : ~openai/gpt-oss-20b
a=4e-8 b=1.6e-7 : ~nvidia/NVIDIA-Nemotron-Nano-9B-v2
a=4e-8 b=1e-7 : ~Qwen/Qwen2.5-7B-Instruct
a=4e-8 b=5e-8 : ~Sao10K/L3-8B-Lunaris-v1-Turbo
a=4e-8 b=8e-8 : ~google/gemma-3-4b-it
a=5.5e-8 b=5.5e-8 : ~meta-llama/Llama-Guard-3-8B
a=5e-7 b=0.000002 : ~moonshotai/Kimi-K2-Instruct
a=5e-8 b=1e-7 : ~google/gemma-3-12b-it
a=5e-8 b=4.5e-7 : ~openai/gpt-oss-120b
a=5e-8 b=8e-8 : ~mistralai/Mistral-Small-24B-Instruct-2501
a=6.5e-7 b=7.5e-7 : ~Sao10K/L3.1-70B-Euryale-v2.2 ~Sao10K/L3.3-70B-Euryale-v2.3
a=6e-7 b=6e-7 : ~nvidia/Llama-3.1-Nemotron-70B-Instruct
a=6e-8 b=2.4e-7 : ~Qwen/Qwen3-14B
a=7.5e-8 b=2e-7 : ~mistralai/Mistral-Small-3.2-24B-Instruct-2506
a=7e-7 b=0.0000024 : ~deepseek-ai/DeepSeek-R1
a=7e-8 b=1.4e-7 : ~microsoft/phi-4
a=8e-8 b=2.9e-7 : ~Qwen/Qwen3-30B-A3B
a=8e-8 b=3e-7 : ~meta-llama/Llama-4-Scout-17B-16E-Instruct
a=8e-8 b=9e-8 : ~Gryphe/MythoMax-L2-13b
a=9e-8 b=1.6e-7 : ~google/gemma-3-27b-it
a=9e-8 b=6e-7 : ~Qwen/Qwen3-235B-A22B-Instruct-2507
c=2.16e-7 a=2.7e-7 b=0.000001 : ~deepseek-ai/DeepSeek-V3.1 ~deepseek-ai/DeepSeek-V3.1-Terminus
c=3.3e-7 a=0.0000033 b=0.0000165 : ~anthropic/claude-3-7-sonnet-latest
c=4e-7 a=5e-7 b=0.000002 : ~moonshotai/Kimi-K2-Instruct-0905
c=4e-7 a=5e-7 b=0.00000215 : ~deepseek-ai/DeepSeek-R1-0528
@deepseek chat
a=1.4e-7 h1=1.4e-8 b=2.8e-7 : ~deepseek-coder
a=2.8e-7 h1=2.8e-8 b=4e-7 : ~deepseek-v3.2
a=5.5e-7 h1=1.4e-7 b=0.00000219 : ~deepseek-r1
c=2.8e-8 a=2.8e-7 b=4.2e-7 : deepseek-chat deepseek-reasoner
c=2.8e-8 a=2.8e-7 h1=2.8e-8 b=4.2e-7 : ~deepseek-reasoner
d=0 c=2.8e-8 a=2.8e-7 h1=2.8e-8 b=4.2e-7 : ~deepseek-chat
d=0 c=2.8e-9 a=1.4e-7 h1=2.8e-9 b=2.8e-7 : deepseek-v4-flash ~deepseek-v4-flash
d=0 c=3.625e-9 a=4.35e-7 h1=3.625e-9 b=8.7e-7 : deepseek-v4-pro ~deepseek-v4-pro
d=0 c=7e-8 a=2.7e-7 h1=7e-8 b=0.0000011 : ~deepseek-v3
@duckduckgo search
g1=0 : ~search
@elevenlabs audio_speech
f1=0.00018 : ~eleven_multilingual_v2 ~eleven_v3
@elevenlabs audio_transcription
p=0.0000611 o=0 : ~scribe_v1 ~scribe_v1_experimental
@exa_ai search
m1=[{"input_cost_per_query":0.005,"max_results_range":[0,25]},{"input_cost_per_query":0.025,"max_results_range":[26,100]}] : ~search
@fal_ai image_generation
f=0.003 : ~fal-ai/flux/schnell
f=0.02 : ~fal-ai/imagen4/preview/fast
f=0.03 : ~fal-ai/bytedance/dreamina/v3.1/text-to-image ~fal-ai/bytedance/seedream/v3/text-to-image
f=0.039 : ~fal-ai/gemini-25-flash-image ~fal-ai/nano-banana
f=0.0398 : ~bria/text-to-image/3.2 ~fal-ai/imagen4/preview ~fal-ai/recraft/v3/text-to-image ~fal-ai/stable-diffusion-v35-medium
f=0.04 : ~fal-ai/flux-pro/v1.1
f=0.06 : ~fal-ai/flux-pro/v1.1-ultra ~fal-ai/ideogram/v3 ~fal-ai/imagen4/preview/ultra
@featherless_ai chat
: ~featherless-ai/Qwerky-72B ~featherless-ai/Qwerky-QwQ-32B
@firecrawl search
m1=[{"input_cost_per_query":0.00166,"max_results_range":[1,10]},{"input_cost_per_query":0.00332,"max_results_range":[11,20]},{"input_cost_per_query":0.00498,"max_results_range":[21,30]},{"input_cost_per_query":0.00664,"max_results_range":[31,40]},{"input_cost_per_query":0.0083,"max_results_range":[41,50]},{"input_cost_per_query":0.00996,"max_results_range":[51,60]},{"input_cost_per_query":0.01162,"max_results_range":[61,70]},{"input_cost_per_query":0.01328,"max_results_range":[71,80]},{"input_cost_per_query":0.01494,"max_results_range":[81,90]},{"input_cost_per_query":0.0166,"max_results_range":[91,100]}] : ~search
@fireworks_ai -
a=0 b=0 : fireworks-ai-default
a=0.0000012 b=0.0000012 : fireworks-ai-56b-to-176b
a=2e-7 b=2e-7 : fireworks-ai-4.1b-to-16b fireworks-ai-up-to-4b
a=5e-7 b=5e-7 : fireworks-ai-moe-up-to-56b
a=9e-7 b=9e-7 : fireworks-ai-above-16b
@fireworks_ai audio_transcription
a=0 b=0 : ~accounts/fireworks/models/fireworks-asr-large ~accounts/fireworks/models/fireworks-asr-v2
@fireworks_ai chat
a=0.0000012 b=0.0000012 : ~accounts/fireworks/models/cogito-671b-v2-p1 ~accounts/fireworks/models/dbrx-instruct ~accounts/fireworks/models/deepseek-coder-v2-instruct ~accounts/fireworks/models/deepseek-prover-v2 ~accounts/fireworks/models/deepseek-v2p5 ~accounts/fireworks/models/glm-4p5v ~accounts/fireworks/models/gpt-oss-safeguard-120b ~accounts/fireworks/models/mistral-large-3-fp8 ~accounts/fireworks/models/mixtral-8x22b ~accounts/fireworks/models/mixtral-8x22b-instruct ~accounts/fireworks/models/mixtral-8x22b-instruct-hf
a=0.000003 b=0.000003 : ~accounts/fireworks/models/llama-v3p1-405b-instruct ~accounts/fireworks/models/yi-large
a=0.000003 b=0.000008 : ~accounts/fireworks/models/deepseek-r1 ~accounts/fireworks/models/deepseek-r1-0528
a=1.5e-7 b=6e-7 : ~accounts/fireworks/models/llama4-scout-instruct-basic ~accounts/fireworks/models/qwen3-30b-a3b ~accounts/fireworks/models/qwen3-coder-30b-a3b-instruct ~accounts/fireworks/models/qwen3-vl-30b-a3b-instruct ~accounts/fireworks/models/qwen3-vl-30b-a3b-thinking
a=1e-7 b=1e-7 : ~accounts/fireworks/models/codegemma-2b ~accounts/fireworks/models/cogito-v1-preview-llama-3b ~accounts/fireworks/models/deepseek-coder-1b-base ~accounts/fireworks/models/deepseek-r1-distill-qwen-1p5b ~accounts/fireworks/models/ernie-4p5-21b-a3b-pt ~accounts/fireworks/models/ernie-4p5-300b-a47b-pt ~accounts/fireworks/models/flux-1-dev ~accounts/fireworks/models/flux-1-schnell ~accounts/fireworks/models/gemma-2b-it ~accounts/fireworks/models/llama-guard-3-1b ~accounts/fireworks/models/llama-v2-70b ~accounts/fireworks/models/llama-v3p1-405b-instruct-long ~accounts/fireworks/models/llama-v3p1-70b-instruct-1b ~accounts/fireworks/models/llama-v3p1-8b-instruct ~accounts/fireworks/models/llama-v3p2-1b ~accounts/fireworks/models/llama-v3p2-1b-instruct ~accounts/fireworks/models/llama-v3p2-3b ~accounts/fireworks/models/llama-v3p2-3b-instruct ~accounts/fireworks/models/minimax-m1-80k ~accounts/fireworks/models/ministral-3-3b-instruct-2512 ~accounts/fireworks/models/nemotron-nano-v2-12b-vl ~accounts/fireworks/models/phi-2-3b ~accounts/fireworks/models/phi-3-mini-128k-instruct ~accounts/fireworks/models/qwen2-vl-2b-instruct ~accounts/fireworks/models/qwen2p5-0p5b-instruct ~accounts/fireworks/models/qwen2p5-1p5b-instruct ~accounts/fireworks/models/qwen2p5-coder-0p5b ~accounts/fireworks/models/qwen2p5-coder-0p5b-instruct ~accounts/fireworks/models/qwen2p5-coder-1p5b ~accounts/fireworks/models/qwen2p5-coder-1p5b-instruct ~accounts/fireworks/models/qwen2p5-coder-3b ~accounts/fireworks/models/qwen2p5-coder-3b-instruct ~accounts/fireworks/models/qwen3-0p6b ~accounts/fireworks/models/qwen3-1p7b ~accounts/fireworks/models/qwen3-1p7b-fp8-draft ~accounts/fireworks/models/qwen3-1p7b-fp8-draft-131072 ~accounts/fireworks/models/qwen3-1p7b-fp8-draft-40960 ~accounts/fireworks/models/stablecode-3b ~accounts/fireworks/models/starcoder2-3b
a=1e-9 b=1e-9 : ~accounts/fireworks/models/flux-1-dev-controlnet-union
a=2.2e-7 b=8.8e-7 : ~accounts/fireworks/models/glm-4p5-air ~accounts/fireworks/models/llama4-maverick-instruct-basic ~accounts/fireworks/models/qwen3-235b-a22b ~accounts/fireworks/models/qwen3-235b-a22b-instruct-2507 ~accounts/fireworks/models/qwen3-235b-a22b-thinking-2507 ~accounts/fireworks/models/qwen3-vl-235b-a22b-instruct ~accounts/fireworks/models/qwen3-vl-235b-a22b-thinking
a=2e-7 b=2e-7 : ~accounts/fireworks/models/chronos-hermes-13b-v2 ~accounts/fireworks/models/code-llama-13b ~accounts/fireworks/models/code-llama-13b-instruct ~accounts/fireworks/models/code-llama-13b-python ~accounts/fireworks/models/code-llama-7b ~accounts/fireworks/models/code-llama-7b-instruct ~accounts/fireworks/models/code-llama-7b-python ~accounts/fireworks/models/code-qwen-1p5-7b ~accounts/fireworks/models/codegemma-7b ~accounts/fireworks/models/cogito-v1-preview-llama-8b ~accounts/fireworks/models/cogito-v1-preview-qwen-14b ~accounts/fireworks/models/deepseek-coder-7b-base ~accounts/fireworks/models/deepseek-coder-7b-base-v1p5 ~accounts/fireworks/models/deepseek-coder-7b-instruct-v1p5 ~accounts/fireworks/models/deepseek-r1-0528-distill-qwen3-8b ~accounts/fireworks/models/deepseek-r1-distill-llama-8b ~accounts/fireworks/models/deepseek-r1-distill-qwen-14b ~accounts/fireworks/models/deepseek-r1-distill-qwen-7b ~accounts/fireworks/models/dobby-mini-unhinged-plus-llama-3-1-8b ~accounts/fireworks/models/firellava-13b ~accounts/fireworks/models/firesearch-ocr-v6 ~accounts/fireworks/models/gemma-7b ~accounts/fireworks/models/gemma-7b-it ~accounts/fireworks/models/gemma2-9b-it ~accounts/fireworks/models/hermes-2-pro-mistral-7b ~accounts/fireworks/models/internvl3-8b ~accounts/fireworks/models/llama-guard-2-8b ~accounts/fireworks/models/llama-guard-3-8b ~accounts/fireworks/models/llama-v2-13b ~accounts/fireworks/models/llama-v2-13b-chat ~accounts/fireworks/models/llama-v2-7b ~accounts/fireworks/models/llama-v2-7b-chat ~accounts/fireworks/models/llama-v3-8b ~accounts/fireworks/models/llama-v3-8b-instruct-hf ~accounts/fireworks/models/llama-v3p2-11b-vision-instruct ~accounts/fireworks/models/llamaguard-7b ~accounts/fireworks/models/ministral-3-14b-instruct-2512 ~accounts/fireworks/models/ministral-3-8b-instruct-2512 ~accounts/fireworks/models/mistral-7b ~accounts/fireworks/models/mistral-7b-instruct-4k ~accounts/fireworks/models/mistral-7b-instruct-v0p2 ~accounts/fireworks/models/mistral-7b-instruct-v3 ~accounts/fireworks/models/mistral-7b-v0p2 ~accounts/fireworks/models/mistral-nemo-base-2407 ~accounts/fireworks/models/mistral-nemo-instruct-2407 ~accounts/fireworks/models/mythomax-l2-13b ~accounts/fireworks/models/nous-capybara-7b-v1p9 ~accounts/fireworks/models/nous-hermes-llama2-13b ~accounts/fireworks/models/nous-hermes-llama2-7b ~accounts/fireworks/models/nvidia-nemotron-nano-12b-v2 ~accounts/fireworks/models/nvidia-nemotron-nano-9b-v2 ~accounts/fireworks/models/openchat-3p5-0106-7b ~accounts/fireworks/models/openhermes-2-mistral-7b ~accounts/fireworks/models/openhermes-2p5-mistral-7b ~accounts/fireworks/models/openorca-7b ~accounts/fireworks/models/phi-3-vision-128k-instruct ~accounts/fireworks/models/pythia-12b ~accounts/fireworks/models/qwen-v2p5-14b-instruct ~accounts/fireworks/models/qwen-v2p5-7b ~accounts/fireworks/models/qwen2-7b-instruct ~accounts/fireworks/models/qwen2-vl-7b-instruct ~accounts/fireworks/models/qwen2p5-14b ~accounts/fireworks/models/qwen2p5-7b-instruct ~accounts/fireworks/models/qwen2p5-coder-14b ~accounts/fireworks/models/qwen2p5-coder-14b-instruct ~accounts/fireworks/models/qwen2p5-coder-7b ~accounts/fireworks/models/qwen2p5-coder-7b-instruct ~accounts/fireworks/models/qwen2p5-vl-3b-instruct ~accounts/fireworks/models/qwen2p5-vl-7b-instruct ~accounts/fireworks/models/qwen3-14b ~accounts/fireworks/models/qwen3-4b ~accounts/fireworks/models/qwen3-4b-instruct-2507 ~accounts/fireworks/models/qwen3-8b ~accounts/fireworks/models/qwen3-vl-8b-instruct ~accounts/fireworks/models/rolm-ocr ~accounts/fireworks/models/snorkel-mistral-7b-pairrm-dpo ~accounts/fireworks/models/starcoder-16b ~accounts/fireworks/models/starcoder-7b ~accounts/fireworks/models/starcoder2-15b ~accounts/fireworks/models/starcoder2-7b ~accounts/fireworks/models/toppy-m-7b ~accounts/fireworks/models/yi-6b ~accounts/fireworks/models/zephyr-7b-beta
a=3e-7 b=0.0000012 : ~accounts/fireworks/models/minimax-m2
a=4.5e-7 b=0.0000018 : ~accounts/fireworks/models/qwen3-coder-480b-a35b-instruct
a=5.5e-7 b=0.00000219 : ~accounts/fireworks/models/deepseek-r1-basic ~accounts/fireworks/models/glm-4p5 ~accounts/fireworks/models/glm-4p6
a=5.6e-7 b=0.00000168 : ~accounts/fireworks/models/deepseek-v3p1 ~accounts/fireworks/models/deepseek-v3p1-terminus ~accounts/fireworks/models/deepseek-v3p2
a=5e-7 b=5e-7 : ~accounts/fireworks/models/deepseek-coder-v2-lite-base ~accounts/fireworks/models/deepseek-coder-v2-lite-instruct ~accounts/fireworks/models/deepseek-v2-lite-chat ~accounts/fireworks/models/dolphin-2p6-mixtral-8x7b ~accounts/fireworks/models/firefunction-v1 ~accounts/fireworks/models/gpt-oss-safeguard-20b ~accounts/fireworks/models/mixtral-8x7b ~accounts/fireworks/models/mixtral-8x7b-instruct ~accounts/fireworks/models/mixtral-8x7b-instruct-hf ~accounts/fireworks/models/nous-hermes-2-mixtral-8x7b-dpo ~accounts/fireworks/models/qwen3-30b-a3b-instruct-2507
a=6e-7 b=0.0000025 : ~accounts/fireworks/models/kimi-k2-instruct ~accounts/fireworks/models/kimi-k2-instruct-0905 ~accounts/fireworks/models/kimi-k2-thinking
a=9e-7 b=9e-7 : ~accounts/fireworks/models/code-llama-34b ~accounts/fireworks/models/code-llama-34b-instruct ~accounts/fireworks/models/code-llama-34b-python ~accounts/fireworks/models/code-llama-70b ~accounts/fireworks/models/code-llama-70b-instruct ~accounts/fireworks/models/code-llama-70b-python ~accounts/fireworks/models/cogito-v1-preview-llama-70b ~accounts/fireworks/models/cogito-v1-preview-qwen-32b ~accounts/fireworks/models/deepseek-coder-33b-instruct ~accounts/fireworks/models/deepseek-r1-distill-llama-70b ~accounts/fireworks/models/deepseek-r1-distill-qwen-32b ~accounts/fireworks/models/deepseek-v3 ~accounts/fireworks/models/deepseek-v3-0324 ~accounts/fireworks/models/devstral-small-2505 ~accounts/fireworks/models/dobby-unhinged-llama-3-3-70b-new ~accounts/fireworks/models/dolphin-2-9-2-qwen2-72b ~accounts/fireworks/models/fare-20b ~accounts/fireworks/models/firefunction-v2 ~accounts/fireworks/models/gemma-3-27b-it ~accounts/fireworks/models/internvl3-38b ~accounts/fireworks/models/internvl3-78b ~accounts/fireworks/models/kat-coder ~accounts/fireworks/models/kat-dev-32b ~accounts/fireworks/models/kat-dev-72b-exp ~accounts/fireworks/models/llama-v2-70b-chat ~accounts/fireworks/models/llama-v3-70b-instruct ~accounts/fireworks/models/llama-v3-70b-instruct-hf ~accounts/fireworks/models/llama-v3p1-70b-instruct ~accounts/fireworks/models/llama-v3p1-nemotron-70b-instruct ~accounts/fireworks/models/llama-v3p2-90b-vision-instruct ~accounts/fireworks/models/llama-v3p3-70b-instruct ~accounts/fireworks/models/llava-yi-34b ~accounts/fireworks/models/mistral-small-24b-instruct-2501 ~accounts/fireworks/models/nous-hermes-2-yi-34b ~accounts/fireworks/models/nous-hermes-llama2-70b ~accounts/fireworks/models/phind-code-llama-34b-python-v1 ~accounts/fireworks/models/phind-code-llama-34b-v1 ~accounts/fireworks/models/phind-code-llama-34b-v2 ~accounts/fireworks/models/qwen-qwq-32b-preview ~accounts/fireworks/models/qwen1p5-72b-chat ~accounts/fireworks/models/qwen2-72b-instruct ~accounts/fireworks/models/qwen2-vl-72b-instruct ~accounts/fireworks/models/qwen2p5-32b ~accounts/fireworks/models/qwen2p5-32b-instruct ~accounts/fireworks/models/qwen2p5-72b ~accounts/fireworks/models/qwen2p5-72b-instruct ~accounts/fireworks/models/qwen2p5-coder-32b ~accounts/fireworks/models/qwen2p5-coder-32b-instruct ~accounts/fireworks/models/qwen2p5-coder-32b-instruct-128k ~accounts/fireworks/models/qwen2p5-coder-32b-instruct-32k-rope ~accounts/fireworks/models/qwen2p5-coder-32b-instruct-64k ~accounts/fireworks/models/qwen2p5-math-72b-instruct ~accounts/fireworks/models/qwen2p5-vl-32b-instruct ~accounts/fireworks/models/qwen2p5-vl-72b-instruct ~accounts/fireworks/models/qwen3-30b-a3b-thinking-2507 ~accounts/fireworks/models/qwen3-32b ~accounts/fireworks/models/qwen3-coder-480b-instruct-bf16 ~accounts/fireworks/models/qwen3-next-80b-a3b-instruct ~accounts/fireworks/models/qwen3-next-80b-a3b-thinking ~accounts/fireworks/models/qwen3-vl-32b-instruct ~accounts/fireworks/models/qwq-32b ~accounts/fireworks/models/yi-34b ~accounts/fireworks/models/yi-34b-200k-capybara ~accounts/fireworks/models/yi-34b-chat
c=1.45e-7 a=0.00000174 b=0.00000348 : ~accounts/fireworks/models/deepseek-v4-pro ~deepseek-v4-pro
c=1.4e-7 a=0.0000014 b=0.0000044 : ~accounts/fireworks/models/glm-5p2 ~glm-5p2
c=1.5e-8 a=1.5e-7 b=6e-7 : ~accounts/fireworks/models/gpt-oss-120b ~gpt-oss-120b
c=1.6e-7 a=9.5e-7 b=0.000004 : ~accounts/fireworks/models/kimi-k2p6 ~kimi-k2p6
c=1.9e-7 a=9.5e-7 b=0.000004 : ~accounts/fireworks/models/kimi-k2p7-code ~kimi-k2p7-code
c=1e-7 a=6e-7 b=0.000003 : ~accounts/fireworks/models/kimi-k2p5 ~kimi-k2p5
c=2.6e-7 a=0.0000014 b=0.0000044 : ~accounts/fireworks/models/glm-5p1 ~glm-5p1
c=2.8e-8 a=1.4e-7 b=2.8e-7 : ~accounts/fireworks/models/deepseek-v4-flash ~deepseek-v4-flash
c=3.5e-8 a=7e-8 b=3e-7 : ~accounts/fireworks/models/gpt-oss-20b ~gpt-oss-20b
c=3.8e-7 a=0.0000019 b=0.000008 : ~accounts/fireworks/routers/kimi-k2p7-code-fast ~kimi-k2p7-code-fast
c=3e-7 a=0.000002 b=0.000008 : ~accounts/fireworks/routers/kimi-k2p6-fast ~kimi-k2p6-fast
c=3e-7 a=6e-7 b=0.0000022 : ~accounts/fireworks/models/glm-4p7 ~glm-4p7
c=3e-8 a=3e-7 b=0.0000012 : ~accounts/fireworks/models/minimax-m2p1 ~minimax-m2p1
c=5.2e-7 a=0.0000028 b=0.0000088 : ~accounts/fireworks/routers/glm-5p1-fast ~glm-5p1-fast
c=6e-8 a=3e-7 b=0.0000012 : ~accounts/fireworks/models/minimax-m2p7 ~accounts/fireworks/models/minimax-m3 ~minimax-m2p7 ~minimax-m3
c=8e-8 a=4e-7 b=0.0000016 : ~accounts/fireworks/models/qwen3p7-plus ~qwen3p7-plus
@fireworks_ai embedding
a=0 b=0 : ~accounts/fireworks/models/qwen3-embedding-0p6b ~accounts/fireworks/models/qwen3-embedding-4b
a=1e-7 b=0 : ~accounts/fireworks/models/
@fireworks_ai image_generation
a=1.3e-10 b=1.3e-10 : ~accounts/fireworks/models/SSD-1B ~accounts/fireworks/models/japanese-stable-diffusion-xl ~accounts/fireworks/models/playground-v2-1024px-aesthetic ~accounts/fireworks/models/playground-v2-5-1024px-aesthetic ~accounts/fireworks/models/stable-diffusion-xl-1024-v1-0
a=3.5e-10 b=3.5e-10 : ~accounts/fireworks/models/flux-1-schnell-fp8
a=4e-8 b=4e-8 : ~accounts/fireworks/models/flux-kontext-pro
a=5e-10 b=5e-10 : ~accounts/fireworks/models/flux-1-dev-fp8
a=8e-8 b=8e-8 : ~accounts/fireworks/models/flux-kontext-max
@fireworks_ai rerank
a=0 b=0 : ~accounts/fireworks/models/qwen3-reranker-0p6b ~accounts/fireworks/models/qwen3-reranker-4b ~accounts/fireworks/models/qwen3-reranker-8b
@fireworks_ai-embedding-models -
a=1.6e-8 b=0 : fireworks-ai-embedding-150m-to-350m
a=8e-9 b=0 : fireworks-ai-embedding-up-to-150m
@fireworks_ai-embedding-models embedding
a=1.6e-8 b=0 : fireworks_ai/WhereIsAI/UAE-Large-V1 fireworks_ai/thenlper/gte-large
a=8e-9 b=0 : fireworks_ai/nomic-ai/nomic-embed-text-v1 fireworks_ai/nomic-ai/nomic-embed-text-v1.5 fireworks_ai/thenlper/gte-base
@friendliai chat
a=1e-7 b=1e-7 : ~meta-llama-3.1-8b-instruct
a=6e-7 b=6e-7 : ~meta-llama-3.1-70b-instruct
@gemini audio_speech
a=3e-7 b=0.0000025 : gemini-2.5-flash-preview-tts ~gemini-2.5-flash-preview-tts
@gemini chat
a=0 b=0 : ~lyria-3-pro-preview
a=0 f=0.04 b=0 : ~lyria-3-clip-preview
a=0 s1=0 b=0 v1=0 : ~gemini-exp-1114 ~gemini-exp-1206
a=0.00000125 s=0.0000025 b=0.00001 t=0.000015 : ~gemini-2.5-computer-use-preview-10-2025
a=3.5e-7 b=0.00000105 : ~gemini-gemma-2-27b-it ~gemini-gemma-2-9b-it
c=0 h=0.000001 a=3e-7 q=0.0000025 b=0.0000025 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-robotics-er-1.5-preview
c=1.25e-7 u=2.5e-7 a=0.00000125 s=0.0000025 a2=0.0000025 l=0.00000125 b=0.00001 t=0.000015 b2=0.000015 m=0.00001 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-2.5-pro
c=1.25e-7 u=2.5e-7 a=0.00000125 s=0.0000025 b=0.00001 t=0.000015 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-pro-latest ~gemini-pro-latest
c=1.25e-7 u=2.5e-7 h=7e-7 a=0.00000125 s=0.0000025 b=0.00001 t=0.000015 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-2.5-pro-preview-tts
c=1.5e-7 i1=7.5e-8 n=2.7e-7 a=0.0000015 j=7.5e-7 d1=7.5e-7 l=0.0000027 q=0.0000075 b=0.0000075 k=0.00000375 e1=0.00000375 m=0.0000135 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.6-flash
c=1.5e-7 n=2.7e-7 h=0.000001 f2=0.0000018 a=0.0000015 l=0.0000027 q=0.000009 b=0.000009 m=0.0000162 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.5-flash
c=1.875e-8 h=7.5e-8 a=7.5e-8 b=3e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-2.0-flash-lite ~gemini-2.0-flash-lite-001
c=1e-8 h=3e-7 a=1e-7 q=4e-7 b=4e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-flash-lite-latest ~gemini-2.5-flash-lite ~gemini-2.5-flash-lite-preview-09-2025
c=2.5e-8 h=3e-7 a=1e-7 q=4e-7 b=4e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-flash-lite-latest
c=2.5e-8 h=5e-7 a=1e-7 q=4e-7 b=4e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-2.5-flash-lite-preview-06-17
c=2.5e-8 h=5e-7 a=2.5e-7 q=0.0000015 b=0.0000015 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.1-flash-lite-preview
c=2.5e-8 h=7e-7 a=1e-7 b=4e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-2.0-flash ~gemini-2.0-flash-001
c=2.5e-8 i1=1.25e-8 n=4.5e-8 h=5e-7 a=2.5e-7 j=1.25e-7 d1=1.25e-7 l=4.5e-7 q=0.0000015 b=0.0000015 k=7.5e-7 e1=7.5e-7 m=0.0000027 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.1-flash-lite
c=2e-7 u=4e-7 d2=7.2e-7 n=3.6e-7 a=0.000002 s=0.000004 a2=0.0000072 j=0.000001 l=0.0000036 b=0.000012 t=0.000018 b2=0.0000324 k=0.000006 m=0.0000216 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3-pro-preview ~gemini-3.1-pro-preview ~gemini-3.1-pro-preview-customtools
c=3e-8 h=0.000001 a=3e-7 q=0.0000025 b=0.0000025 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-exp-1206 gemini-flash-latest ~gemini-2.5-flash
c=3e-8 i1=2e-8 n=5e-8 a=3e-7 j=1.5e-7 d1=1.5e-7 l=5.4e-7 q=0.0000025 b=0.0000025 k=0.00000125 e1=0.00000125 m=0.0000045 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.5-flash-lite
c=5e-8 n=9e-8 h=0.000001 f2=0.0000018 a=5e-7 l=9e-7 q=0.000003 b=0.000003 m=0.0000054 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3-flash-preview
c=7.5e-8 h=0.000001 a=3e-7 q=0.0000025 b=0.0000025 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-2.5-flash-preview-09-2025 ~gemini-flash-latest
h=0.000001 a=3e-7 b=0.0000025 : gemini-2.5-flash-native-audio-latest gemini-2.5-flash-native-audio-preview-09-2025 gemini-2.5-flash-native-audio-preview-12-2025 ~gemini-2.5-flash-native-audio-latest ~gemini-2.5-flash-native-audio-preview-09-2025 ~gemini-2.5-flash-native-audio-preview-12-2025
h=0.0000015 a=0.0000015 q=0.000009 b=0.000009 z2=0.0000175 : ~gemini-omni-flash-preview
h=0.000003 l1=0.000001 a=7.5e-7 o1=0.000033333333333333335 r=0.000012 b=0.0000045 : gemini-3.1-flash-live-preview ~gemini-3.1-flash-live-preview
x1=0 r2=0 f1=0 s2=0 i=0 t2=0 a=0 s1=0 o1=0 u2=0 o2=0 y2=0 b=0 v1=0 : ~gemma-3-27b-it ~learnlm-1.5-pro-experimental
@gemini embedding
a=1.5e-7 b=0 : ~gemini-embedding-001
a=7.5e-8 s1=1.5e-7 b=0 : ~gemini-1.5-flash
x1=0.00016 i=0.00012 a=2e-7 o1=0.00079 b=0 : ~gemini-embedding-2 ~gemini-embedding-2-preview
@gemini image_generation
a=0 f=0.039 b=0 : gemini-2.0-flash-exp-image-generation ~gemini-2.0-flash-exp-image-generation
a=2.5e-7 j=1.25e-7 f=0.045 c1=0.00006 b=0.0000015 k=7.5e-7 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.1-flash-image ~gemini-3.1-flash-image-preview
c=3e-8 h=0.000001 a=3e-7 f=0.039 c1=0.00003 q=0.0000025 b=0.0000025 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-2.5-flash-image
f=0.02 : ~imagen-3.0-fast-generate-001 ~imagen-4.0-fast-generate-001
f=0.04 : ~imagen-3.0-generate-001 ~imagen-3.0-generate-002 ~imagen-4.0-generate-001
f=0.06 : ~imagen-4.0-ultra-generate-001
i=0.0011 a=0.000002 j=0.000001 f=0.134 c1=0.00012 b=0.000012 k=0.000006 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3-pro-image ~gemini-3-pro-image-preview
i=0.0011 a=0.000002 j=0.000001 f=0.134 c1=0.00012 b=0.000012 k=0.000006 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~deep-research-pro-preview-12-2025
@gemini realtime
c=7.5e-8 h=0.000003 a=3e-7 r=0.000012 b=0.000002 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : ~gemini-live-2.5-flash-preview-native-audio-09-2025
@gemini video_generation
o=0.05 e3=0.08 : ~veo-3.1-lite-generate-preview
o=0.15 : ~veo-3.1-fast-generate-001 ~veo-3.1-fast-generate-preview
o=0.35 : ~veo-2.0-generate-001
o=0.4 : ~veo-3.1-generate-001 ~veo-3.1-generate-preview
@gigachat chat
a=0 b=0 : ~GigaChat-2-Lite ~GigaChat-2-Max ~GigaChat-2-Pro
@gigachat embedding
a=0 b=0 : ~Embeddings ~Embeddings-2 ~EmbeddingsGigaR
@github_copilot chat
: ~claude-haiku-4.5 ~claude-opus-4.5 ~claude-opus-4.6-fast ~claude-opus-41 ~claude-sonnet-4 ~claude-sonnet-4.5 ~gemini-2.5-pro ~gemini-3-pro-preview ~gpt-3.5-turbo ~gpt-3.5-turbo-0613 ~gpt-4 ~gpt-4-0613 ~gpt-4-o-preview ~gpt-4.1 ~gpt-4.1-2025-04-14 ~gpt-4o ~gpt-4o-2024-05-13 ~gpt-4o-2024-08-06 ~gpt-4o-2024-11-20 ~gpt-4o-mini ~gpt-4o-mini-2024-07-18 ~gpt-5 ~gpt-5-mini ~gpt-5.1 ~gpt-5.2
c=7.5e-8 a=7.5e-7 b=0.0000045 : ~mai-code-1-flash ~mai-code-1-flash-internal
@github_copilot completion
: ~gpt-41-copilot
@github_copilot embedding
: ~text-embedding-3-small ~text-embedding-3-small-inference ~text-embedding-ada-002
@github_copilot responses
: ~gpt-5.1-codex-max ~gpt-5.3-codex
@gmi chat
a=0.00000125 b=0.00001 : ~openai/gpt-5 ~openai/gpt-5.1
a=0.00000175 b=0.000014 : ~openai/gpt-5.2
a=0.000002 b=0.000012 : ~google/gemini-3-pro-preview
a=0.0000025 b=0.00001 : ~openai/gpt-4o
a=0.000003 b=0.000015 : ~anthropic/claude-sonnet-4 ~anthropic/claude-sonnet-4.5
a=0.000005 b=0.000025 : ~anthropic/claude-opus-4.5
a=0.000015 b=0.000075 : ~anthropic/claude-opus-4
a=1.5e-7 b=6e-7 : ~openai/gpt-4o-mini
a=2.8e-7 b=4e-7 : ~deepseek-ai/DeepSeek-V3.2
a=2.8e-7 b=8.8e-7 : ~deepseek-ai/DeepSeek-V3-0324
a=3e-7 b=0.0000012 : ~MiniMaxAI/MiniMax-M2.1
a=3e-7 b=0.0000014 : ~Qwen/Qwen3-VL-235B-A22B-Instruct-FP8
a=4e-7 b=0.000002 : ~zai-org/GLM-4.7-FP8
a=5e-7 b=0.000003 : ~google/gemini-3-flash-preview
a=8e-7 b=0.0000012 : ~moonshotai/Kimi-K2-Thinking
@google_pse search
g1=0.005 : ~search
@gradient_ai chat
: ~alibaba-qwen3-32b ~openai-gpt-4o ~openai-gpt-4o-mini
a=0.0000011 b=0.0000044 : ~openai-o3-mini
a=0.000002 b=0.000008 : ~openai-o3
a=0.000003 b=0.000015 : ~anthropic-claude-3.5-sonnet ~anthropic-claude-3.7-sonnet
a=0.000015 b=0.000075 : ~anthropic-claude-3-opus
a=2e-7 b=2e-7 : ~llama3-8b-instruct
a=3e-7 b=3e-7 : ~mistral-nemo-instruct-2407
a=6.5e-7 b=6.5e-7 : ~llama3.3-70b-instruct
a=8e-7 b=0.000004 : ~anthropic-claude-3.5-haiku
a=9.9e-7 b=9.9e-7 : ~deepseek-r1-distill-llama-70b
@groq audio_speech
f1=0.00005 : ~playai-tts
@groq audio_transcription
p=0.00001111 o=0 : ~whisper-large-v3-turbo
p=0.00003083 o=0 : ~whisper-large-v3
@groq chat
a=1.1e-7 b=3.4e-7 : ~meta-llama/llama-4-scout-17b-16e-instruct
a=2.9e-7 b=5.9e-7 : ~qwen/qwen3-32b
a=2e-7 b=2e-7 : ~meta-llama/llama-guard-4-12b
a=2e-7 b=6e-7 : ~meta-llama/llama-4-maverick-17b-128e-instruct
a=5.9e-7 b=7.9e-7 : ~llama-3.3-70b-versatile
a=5e-8 b=8e-8 : ~gemma-7b-it ~llama-3.1-8b-instant
c=3.75e-8 a=7.5e-8 b=3e-7 : ~openai/gpt-oss-20b
c=3.7e-8 a=7.5e-8 b=3e-7 : ~openai/gpt-oss-safeguard-20b
c=5e-7 a=0.000001 b=0.000003 : ~moonshotai/kimi-k2-instruct-0905
c=7.5e-8 a=1.5e-7 b=6e-7 : ~openai/gpt-oss-120b
@heroku chat
: ~claude-3-5-haiku ~claude-3-5-sonnet-latest ~claude-3-7-sonnet ~claude-4-sonnet
@hyperbolic chat
a=0.000002 b=0.000002 : ~Qwen/Qwen3-235B-A22B ~moonshotai/Kimi-K2-Instruct
a=1.2e-7 b=3e-7 : ~NousResearch/Hermes-3-Llama-3.1-70B ~Qwen/Qwen2.5-72B-Instruct ~Qwen/Qwen2.5-Coder-32B-Instruct ~meta-llama/Llama-3.2-3B-Instruct ~meta-llama/Llama-3.3-70B-Instruct ~meta-llama/Meta-Llama-3-70B-Instruct ~meta-llama/Meta-Llama-3.1-405B-Instruct ~meta-llama/Meta-Llama-3.1-70B-Instruct ~meta-llama/Meta-Llama-3.1-8B-Instruct
a=2.5e-7 b=2.5e-7 : ~deepseek-ai/DeepSeek-R1-0528
a=2e-7 b=2e-7 : ~Qwen/QwQ-32B ~deepseek-ai/DeepSeek-V3
a=4e-7 b=4e-7 : ~deepseek-ai/DeepSeek-R1 ~deepseek-ai/DeepSeek-V3-0324
@inception chat
c=2.5e-8 a=2.5e-7 b=7.5e-7 : ~mercury-2
@jina_ai rerank
a=1.8e-8 b=1.8e-8 : jina-reranker-v2-base-multilingual
@lambda_ai chat
a=1.2e-7 b=3e-7 : ~hermes3-70b ~llama3.1-70b-instruct-fp8 ~llama3.1-nemotron-70b-instruct-fp8 ~llama3.3-70b-instruct-fp8
a=1.5e-8 b=2.5e-8 : ~llama3.2-11b-vision-instruct ~llama3.2-3b-instruct
a=1e-7 b=2e-7 : ~lfm-40b
a=2.5e-8 b=4e-8 : ~hermes3-8b ~lfm-7b ~llama3.1-8b-instruct
a=2e-7 b=6e-7 : ~deepseek-llama3.3-70b ~deepseek-r1-0528 ~deepseek-v3-0324
a=5e-8 b=1e-7 : ~llama-4-maverick-17b-128e-instruct-fp8 ~llama-4-scout-17b-16e-instruct ~qwen25-coder-32b-instruct ~qwen3-32b-fp8
a=8e-7 b=8e-7 : ~deepseek-r1-671b ~hermes3-405b ~llama3.1-405b-instruct-fp8
@lemonade chat
a=0 b=0 : ~Gemma-3-4b-it-GGUF ~Qwen3-4B-Instruct-2507-GGUF ~Qwen3-Coder-30B-A3B-Instruct-GGUF ~gpt-oss-120b-mxfp-GGUF ~gpt-oss-20b-mxfp4-GGUF
@libertai chat
a=1.5e-7 b=4e-7 : ~gemma-4-31b-it ~gemma-4-31b-it-thinking
a=1.5e-7 b=5e-7 : ~qwen3.6-27b ~qwen3.6-27b-thinking ~qwen3.6-35b-a3b ~qwen3.6-35b-a3b-thinking
a=1.5e-7 b=6e-7 : ~hermes-3-8b-tee
a=2.5e-7 b=0.00000175 : ~deepseek-v4-flash ~deepseek-v4-flash-thinking ~qwen3.5-122b-a10b ~qwen3.5-122b-a10b-thinking
@libertai embedding
a=1e-8 b=0 : ~bge-m3
@linkup search
g1=0.00587 : ~search
g1=0.05867 : ~search-deep
@llamagate chat
a=1.5e-7 b=5.5e-7 : ~qwen3-vl-8b
a=1e-7 b=1.5e-7 : ~mistral-7b-v0.3
a=1e-7 b=2e-7 : ~deepseek-r1-8b ~llava-7b
a=3e-8 b=5e-8 : ~llama-3.1-8b
a=3e-8 b=8e-8 : ~gemma3-4b
a=4e-8 b=1.4e-7 : ~qwen3-8b
a=4e-8 b=8e-8 : ~llama-3.2-3b
a=6e-8 b=1.2e-7 : ~codellama-7b ~deepseek-coder-6.7b ~qwen2.5-coder-7b
a=8e-8 b=1.5e-7 : ~deepseek-r1-7b-qwen ~dolphin3-8b ~openthinker-7b
@llamagate embedding
a=2e-8 b=0 : ~nomic-embed-text ~qwen3-embedding-8b
@meta chat
c=1.5e-7 a=0.00000125 b=0.00000425 : ~muse-spark-1.1
@meta_llama chat
: ~Llama-3.3-70B-Instruct ~Llama-3.3-8B-Instruct ~Llama-4-Maverick-17B-128E-Instruct-FP8 ~Llama-4-Scout-17B-16E-Instruct-FP8
@minimax audio_speech
f1=0.00006 : ~speech-02-turbo ~speech-2.6-turbo
f1=0.0001 : ~speech-02-hd ~speech-2.6-hd
@minimax chat
c=6e-8 a3=1.2e-7 a=3e-7 d3=6e-7 b=0.0000012 g3=0.0000024 : ~MiniMax-M3
d=3.75e-7 c=3e-8 a=3e-7 b=0.0000012 : ~MiniMax-M2 ~MiniMax-M2.1 ~MiniMax-M2.5
d=3.75e-7 c=3e-8 a=3e-7 b=0.0000024 : ~MiniMax-M2.1-lightning ~MiniMax-M2.5-lightning
@mistral chat
a=0.000001 b=0.000003 : ~codestral-2405 ~codestral-latest
a=0.0000015 b=0.0000075 : ~mistral-medium-2604 ~mistral-medium-3-5 ~mistral-medium-latest
a=0.000002 b=0.000005 : ~magistral-medium-1-2-2509 ~magistral-medium-2506 ~magistral-medium-2509 ~magistral-medium-latest
a=0.000002 b=0.000006 : ~mistral-large-2411 ~open-mixtral-8x22b ~pixtral-large-2411 ~pixtral-large-latest
a=0.0000027 b=0.0000081 : ~mistral-medium ~mistral-medium-2312
a=0.000003 b=0.000009 : ~mistral-large-2407
a=0.000004 b=0.000012 : ~mistral-large-2402
a=1.5e-7 b=1.5e-7 : ~ministral-3-8b-2512 ~ministral-8b-2512 ~ministral-8b-latest ~pixtral-12b-2409
a=1e-7 b=1e-7 : ~ministral-3-3b-2512
a=1e-7 b=3e-7 : ~devstral-small-2505 ~devstral-small-2507 ~devstral-small-latest ~labs-devstral-small-2512 ~mistral-small
a=2.5e-7 b=2.5e-7 : ~codestral-mamba-latest ~mistral-tiny ~open-codestral-mamba ~open-mistral-7b
a=2e-7 b=2e-7 : ~ministral-3-14b-2512
a=3e-7 b=3e-7 : ~open-mistral-nemo ~open-mistral-nemo-2407
a=3e-7 b=9e-7 : ~codestral-2508
a=4e-7 b=0.000002 : ~devstral-2512 ~devstral-latest ~devstral-medium-2507 ~devstral-medium-latest ~mistral-medium-2505 ~mistral-medium-2508 ~mistral-medium-3-1-2508
a=5e-7 b=0.0000015 : ~magistral-small-1-2-2509 ~magistral-small-2506 ~magistral-small-latest ~mistral-large-2512 ~mistral-large-3 ~mistral-large-latest
a=6e-8 b=1.8e-7 : ~mistral-small-3-2-2506 ~mistral-small-latest
a=7e-7 b=7e-7 : ~open-mixtral-8x7b
@mistral embedding
a=1.5e-7 : ~codestral-embed ~codestral-embed-2505
a=1e-7 : ~mistral-embed
@mistral ocr
g2=0.003 y1=0.001 : ~mistral-ocr-2505-completion
g2=0.003 y1=0.002 : ~mistral-ocr-2512
g2=0.005 y1=0.004 : ~mistral-ocr-4-0 ~mistral-ocr-latest
@moonshot chat
a=0.000001 b=0.000003 : ~moonshot-v1-32k ~moonshot-v1-32k-0430 ~moonshot-v1-32k-vision-preview
a=0.000002 b=0.000005 : ~moonshot-v1-128k ~moonshot-v1-128k-0430 ~moonshot-v1-128k-vision-preview ~moonshot-v1-auto
a=2e-7 b=0.000002 : ~moonshot-v1-8k ~moonshot-v1-8k-0430 ~moonshot-v1-8k-vision-preview
c=1.5e-7 a=0.000001 b=0.000003 : ~kimi-latest-32k
c=1.5e-7 a=0.00000115 b=0.000008 : ~kimi-k2-thinking-turbo ~kimi-k2-turbo-preview
c=1.5e-7 a=0.000002 b=0.000005 : ~kimi-latest ~kimi-latest-128k
c=1.5e-7 a=2e-7 b=0.000002 : ~kimi-latest-8k
c=1.5e-7 a=6e-7 b=0.0000025 : ~kimi-k2-0711-preview ~kimi-k2-0905-preview ~kimi-k2-thinking ~kimi-thinking-preview
c=1.6e-7 a=9.5e-7 b=0.000004 : ~kimi-k2.6
c=1e-7 a=6e-7 b=0.000003 : ~kimi-k2.5
@morph chat
a=8e-7 b=0.0000012 : ~morph-v3-fast
a=9e-7 b=0.0000019 : ~morph-v3-large
@nebius chat
a=0.000001 b=0.000003 : ~NousResearch/Hermes-3-Llama-3.1-405B ~meta-llama/Meta-Llama-3.1-405B-Instruct
a=1.3e-7 b=4e-7 : ~Qwen/Qwen2-VL-72B-Instruct ~Qwen/Qwen2.5-72B-Instruct ~Qwen/Qwen2.5-VL-72B-Instruct ~meta-llama/Llama-3.3-70B-Instruct ~meta-llama/Meta-Llama-3.1-70B-Instruct
a=1.5e-7 b=4.5e-7 : ~Qwen/QwQ-32B
a=1e-7 b=3e-7 : ~Qwen/Qwen3-30B-A3B ~Qwen/Qwen3-32B
a=1e-7 b=4e-7 : ~nvidia/Llama-3.3-Nemotron-Super-49B-v1
a=1e-8 b=3e-8 : ~Qwen/Qwen2.5-Coder-7B
a=2.5e-7 b=7.5e-7 : ~deepseek-ai/DeepSeek-R1-Distill-Llama-70B
a=2e-7 b=6e-7 : ~Qwen/Qwen3-235B-A22B
a=2e-8 b=6e-8 : ~Qwen/Qwen2-VL-7B-Instruct ~meta-llama/Llama-Guard-3-8B ~meta-llama/Meta-Llama-3.1-8B-Instruct
a=4e-8 b=1.2e-7 : ~mistralai/Mistral-Nemo-Instruct-2407
a=5e-7 b=0.0000015 : ~deepseek-ai/DeepSeek-V3 ~deepseek-ai/DeepSeek-V3-0324
a=6e-7 b=0.0000018 : ~nvidia/Llama-3.1-Nemotron-Ultra-253B-v1
a=6e-8 b=2e-7 : ~Qwen/Qwen2.5-32B-Instruct ~google/gemma-3-27b-it
a=8e-7 b=0.0000024 : ~deepseek-ai/DeepSeek-R1 ~deepseek-ai/DeepSeek-R1-0528
a=8e-8 b=2.4e-7 : ~Qwen/Qwen3-14B ~Qwen/Qwen3-4B
@nebius embedding
a=1e-8 b=0 : ~BAAI/bge-en-icl ~BAAI/bge-multilingual-gemma2 ~intfloat/e5-mistral-7b-instruct
@nlp_cloud chat
a=5e-7 b=5e-7 : chatdolphin
@nlp_cloud completion
a=5e-7 b=5e-7 : dolphin
@novita chat
a=0.00000148 b=0.00000148 : ~sao10k/l3-70b-euryale-v2.1 ~sao10k/l31-70b-euryale-v2.2
a=0.00000211 b=0.00000845 : ~qwen/qwen3-max
a=1.19e-7 b=2e-7 : ~google/gemma-3-27b-it
a=1.35e-7 b=4e-7 : ~meta-llama/llama-3.3-70b-instruct
a=1.3e-7 b=8.5e-7 : ~zai-org/glm-4.5-air
a=1.4e-7 b=1.4e-7 : ~nousresearch/hermes-2-pro-llama-3-8b
a=1.4e-7 b=5.6e-7 : ~baidu/ernie-4.5-vl-28b-a3b
a=1.5e-7 b=0.0000015 : ~qwen/qwen3-next-80b-a3b-instruct ~qwen/qwen3-next-80b-a3b-thinking
a=1.5e-7 b=1.5e-7 : ~deepseek/deepseek-r1-distill-qwen-14b
a=1.8e-7 b=5.9e-7 : ~meta-llama/llama-4-scout-17b-16e-instruct
a=1e-7 b=4.5e-7 : ~qwen/qwen3-32b-fp8
a=2.5e-7 b=7.5e-7 : ~qwen/qwen-mt-plus
a=2.5e-7 b=9.7e-7 : ~qwen/qwen3-omni-30b-a3b-instruct ~qwen/qwen3-omni-30b-a3b-thinking
a=2.7e-7 b=4.1e-7 : ~deepseek/deepseek-v3.2-exp
a=2.7e-7 b=8.5e-7 : ~meta-llama/llama-4-maverick-17b-128e-instruct-fp8
a=2.8e-7 b=0.0000011 : ~baidu/ernie-4.5-300b-a47b-paddle
a=2e-7 b=0.000001 : ~qwen/qwen3-vl-30b-a3b-thinking
a=2e-7 b=6e-7 : ~skywork/r1v4-lite
a=2e-7 b=7e-7 : ~qwen/qwen3-vl-30b-a3b-instruct
a=2e-7 b=8e-7 : ~qwen/qwen3-235b-a22b-fp8
a=2e-8 b=2e-8 : ~paddlepaddle/paddleocr-vl
a=2e-8 b=5e-8 : ~meta-llama/llama-3.1-8b-instruct
a=3.5e-8 b=1.38e-7 : ~qwen/qwen3-8b-fp8 ~zai-org/autoglm-phone-9b-multilingual
a=3.8e-7 b=4e-7 : ~qwen/qwen-2.5-72b-instruct
a=3.9e-7 b=3.9e-7 : ~baidu/ernie-4.5-vl-28b-a3b-thinking
a=3e-7 b=0.0000013 : ~qwen/qwen3-coder-480b-a35b-instruct
a=3e-7 b=0.0000015 : ~qwen/qwen3-vl-235b-a22b-instruct
a=3e-7 b=0.000003 : ~qwen/qwen3-235b-a22b-thinking-2507
a=3e-7 b=3e-7 : ~deepseek/deepseek-r1-distill-qwen-32b
a=3e-8 b=3e-8 : ~deepseek/deepseek-ocr ~qwen/qwen3-4b-fp8
a=3e-8 b=5e-8 : ~meta-llama/llama-3.2-3b-instruct
a=4.2e-7 b=0.00000125 : ~baidu/ernie-4.5-vl-424b-a47b
a=4e-7 b=0.0000013 : ~deepseek/deepseek-v3-turbo
a=4e-8 b=1.5e-7 : ~openai/gpt-oss-20b
a=4e-8 b=1.7e-7 : ~mistralai/mistral-nemo
a=4e-8 b=4e-8 : ~meta-llama/llama-3-8b-instruct
a=5.1e-7 b=7.4e-7 : ~meta-llama/llama-3-70b-instruct
a=5.5e-7 b=0.0000022 : ~minimaxai/minimax-m1-80k
a=5.7e-7 b=0.0000023 : ~moonshotai/kimi-k2-instruct
a=5e-8 b=1e-7 : ~google/gemma-3-12b-it
a=5e-8 b=2.5e-7 : ~openai/gpt-oss-120b
a=5e-8 b=5e-8 : ~Sao10K/L3-8B-Stheno-v3.2 ~sao10k/l3-8b-lunaris
a=6.2e-7 b=6.2e-7 : ~microsoft/wizardlm-2-8x22b
a=6e-7 b=0.0000025 : ~moonshotai/kimi-k2-0905 ~moonshotai/kimi-k2-thinking
a=6e-8 b=9e-8 : ~deepseek/deepseek-r1-0528-qwen3-8b
a=7e-7 b=0.0000025 : ~deepseek/deepseek-prover-v2-671b ~deepseek/deepseek-r1-turbo
a=7e-8 b=2.7e-7 : ~qwen/qwen3-coder-30b-a3b-instruct
a=7e-8 b=2.8e-7 : ~baidu/ernie-4.5-21B-a3b ~baidu/ernie-4.5-21B-a3b-thinking
a=7e-8 b=7e-8 : ~baichuan/baichuan-m2-32b ~qwen/qwen2.5-7b-instruct
a=8e-7 b=8e-7 : ~deepseek/deepseek-r1-distill-llama-70b ~qwen/qwen2.5-vl-72b-instruct
a=8e-8 b=5e-7 : ~qwen/qwen3-vl-8b-instruct
a=9.8e-7 b=0.00000395 : ~qwen/qwen3-vl-235b-a22b-thinking
a=9e-8 b=4.5e-7 : ~qwen/qwen3-30b-a3b-fp8
a=9e-8 b=5.8e-7 : ~qwen/qwen3-235b-a22b-instruct-2507
a=9e-8 b=9e-8 : ~gryphe/mythomax-l2-13b
c=1.1e-7 a=5.5e-7 h1=1.1e-7 b=0.0000022 : ~zai-org/glm-4.6
c=1.1e-7 a=6e-7 h1=1.1e-7 b=0.0000018 : ~zai-org/glm-4.5v
c=1.1e-7 a=6e-7 h1=1.1e-7 b=0.0000022 : ~zai-org/glm-4.5 ~zai-org/glm-4.7
c=1.345e-7 a=2.69e-7 h1=1.345e-7 b=4e-7 : ~deepseek/deepseek-v3.2
c=1.35e-7 a=2.7e-7 h1=1.35e-7 b=0.000001 : ~deepseek/deepseek-v3.1 ~deepseek/deepseek-v3.1-terminus
c=1.35e-7 a=2.7e-7 h1=1.35e-7 b=0.00000112 : ~deepseek/deepseek-v3-0324
c=2e-8 a=1e-7 h1=2e-8 b=3e-7 : ~xiaomimimo/mimo-v2-flash
c=3.5e-7 a=7e-7 h1=3.5e-7 b=0.0000025 : ~deepseek/deepseek-r1-0528
c=3e-8 a=3e-7 h1=3e-8 b=0.0000012 : ~minimax/minimax-m2 ~minimax/minimax-m2.1
c=5.5e-8 a=3e-7 h1=5.5e-8 b=9e-7 : ~zai-org/glm-4.6v
c=6e-8 a=3e-7 h1=6e-8 b=0.0000012 : ~kwaipilot/kat-coder-pro
@novita embedding
a=1e-8 b=1e-8 : ~baai/bge-m3
a=7e-8 b=0 : ~qwen/qwen3-embedding-0.6b ~qwen/qwen3-embedding-8b
@novita rerank
a=1e-8 b=1e-8 : ~baai/bge-reranker-v2-m3
a=5e-8 b=5e-8 : ~qwen/qwen3-reranker-8b
@nscale chat
a=1.5e-7 b=1.5e-7 : ~deepseek-ai/DeepSeek-R1-Distill-Qwen-32B
a=1.8e-7 b=2e-7 : ~Qwen/QwQ-32B
a=1e-8 b=3e-8 : ~Qwen/Qwen2.5-Coder-3B-Instruct ~Qwen/Qwen2.5-Coder-7B-Instruct
a=2.5e-8 b=2.5e-8 : ~deepseek-ai/DeepSeek-R1-Distill-Llama-8B
a=2e-7 b=2e-7 : ~deepseek-ai/DeepSeek-R1-Distill-Qwen-7B ~meta-llama/Llama-3.3-70B-Instruct
a=3.75e-7 b=3.75e-7 : ~deepseek-ai/DeepSeek-R1-Distill-Llama-70B
a=3e-8 b=3e-8 : ~meta-llama/Llama-3.1-8B-Instruct
a=6e-7 b=6e-7 : ~mistralai/mixtral-8x22b-instruct-v0.1
a=6e-8 b=2e-7 : ~Qwen/Qwen2.5-Coder-32B-Instruct
a=7e-8 b=7e-8 : ~deepseek-ai/DeepSeek-R1-Distill-Qwen-14B
a=9e-8 b=2.9e-7 : ~meta-llama/Llama-4-Scout-17B-16E-Instruct
a=9e-8 b=9e-8 : ~deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B
@nscale image_generation
v=1.3e-9 z=0 : ~black-forest-labs/FLUX.1-schnell
v=3e-9 z=0 : ~stabilityai/stable-diffusion-xl-base-1.0
@nvidia_nim rerank
g1=0 a=0 b=0 : ~nvidia/llama-3_2-nv-rerankqa-1b-v2 ~nvidia/nv-rerankqa-mistral-4b-v3 ~ranking/nvidia/llama-3.2-nv-rerankqa-1b-v2
@oci chat
a=0.00000125 b=0.00001 : ~google.gemini-2.5-pro ~openai.gpt-5
a=0.00000156 b=0.00000156 : ~cohere.command-a-03-2025 ~cohere.command-a-reasoning ~cohere.command-a-reasoning-08-2025 ~cohere.command-a-vision ~cohere.command-a-vision-07-2025 ~cohere.command-latest ~cohere.command-plus-latest ~cohere.command-r-plus-08-2024
a=0.000002 b=0.000002 : ~meta.llama-3.2-11b-vision-instruct ~meta.llama-3.2-90b-vision-instruct
a=0.000003 b=0.000015 : ~xai.grok-3 ~xai.grok-4 ~xai.grok-4.20 ~xai.grok-4.20-multi-agent
a=0.000005 b=0.000025 : ~xai.grok-3-fast ~xai.grok-4-fast ~xai.grok-4.1-fast ~xai.grok-code-fast-1
a=0.00001068 b=0.00001068 : ~meta.llama-3.1-405b-instruct
a=1.5e-7 b=1.5e-7 : ~cohere.command-r-08-2024
a=1.5e-7 b=6e-7 : ~google.gemini-2.5-flash
a=2.5e-7 b=0.000002 : ~openai.gpt-5-mini
a=3e-7 b=5e-7 : ~xai.grok-3-mini
a=5e-8 b=4e-7 : ~openai.gpt-5-nano
a=6e-7 b=0.000004 : ~xai.grok-3-mini-fast
a=7.2e-7 b=7.2e-7 : ~meta.llama-3.1-70b-instruct ~meta.llama-3.1-8b-instruct ~meta.llama-3.3-70b-instruct ~meta.llama-3.3-70b-instruct-fp8-dynamic ~meta.llama-4-maverick-17b-128e-instruct-fp8 ~meta.llama-4-scout-17b-16e-instruct
a=7.5e-8 b=3e-7 : ~google.gemini-2.5-flash-lite
a=9e-8 b=9e-8 : ~cohere.command-a-translate-08-2025
@oci embedding
a=1.2e-7 b=0 : ~cohere.embed-v4.0
a=1e-7 : ~cohere.embed-multilingual-image-v3.0
a=1e-7 b=0 : ~cohere.embed-english-image-v3.0 ~cohere.embed-english-light-image-v3.0 ~cohere.embed-english-light-v3.0 ~cohere.embed-english-v3.0 ~cohere.embed-multilingual-light-image-v3.0 ~cohere.embed-multilingual-light-v3.0 ~cohere.embed-multilingual-v3.0
@ollama chat
a=0 b=0 : ~codegeex4 ~deepseek-coder-v2-instruct ~deepseek-coder-v2-lite-instruct ~deepseek-v3.1:671b-cloud ~gpt-oss:120b-cloud ~gpt-oss:20b-cloud ~internlm2_5-20b-chat ~llama2 ~llama2:13b ~llama2:70b ~llama2:7b ~llama3 ~llama3.1 ~llama3:70b ~llama3:8b ~mistral-7B-Instruct-v0.1 ~mistral-7B-Instruct-v0.2 ~mistral-large-instruct-2407 ~mixtral-8x22B-Instruct-v0.1 ~mixtral-8x7B-Instruct-v0.1 ~qwen3-coder:480b-cloud
@ollama completion
a=0 b=0 : ~codegemma ~codellama ~deepseek-coder-v2-base ~deepseek-coder-v2-lite-base ~llama2-uncensored ~mistral ~orca-mini ~vicuna
@openai audio_speech
a=0.0000025 r=0.000012 o=0.00025 b=0.00001 : gpt-4o-mini-tts gpt-4o-mini-tts-2025-03-20 gpt-4o-mini-tts-2025-12-15
f1=0.000015 : tts-1 tts-1-1106
f1=0.00003 : tts-1-hd tts-1-hd-1106
@openai audio_transcription
h=0.00000125 a=0.00000125 b=0.000005 : gpt-4o-mini-transcribe gpt-4o-mini-transcribe-2025-03-20 gpt-4o-mini-transcribe-2025-12-15
h=0.0000025 a=0.0000025 b=0.00001 : gpt-4o-transcribe gpt-4o-transcribe-diarize
p=0.0001 o=0.0001 : whisper-1
p=0.0002833333333333333 : gpt-realtime-whisper
@openai chat
a=0.000001 b=0.000002 : gpt-3.5-turbo-1106
a=0.000003 b=0.000004 : gpt-3.5-turbo-16k
a=0.000003 b=0.000006 : ft:gpt-3.5-turbo-0125 ft:gpt-3.5-turbo-0613 ft:gpt-3.5-turbo-1106
a=0.000003 j=0.0000015 b=0.000006 k=0.000003 : ft:gpt-3.5-turbo
a=0.000005 b=0.000015 : chatgpt-4o-latest
a=0.000005 j=0.0000025 l=0.00000875 b=0.000015 k=0.0000075 m=0.00002625 : gpt-4o-2024-05-13
a=0.00001 b=0.00003 : gpt-4-0125-preview gpt-4-1106-preview gpt-4-turbo gpt-4-turbo-2024-04-09 gpt-4-turbo-preview
a=0.00003 b=0.00006 : ft:gpt-4-0613 gpt-4 gpt-4-0314 gpt-4-0613
a=5e-7 b=0.0000015 : gpt-3.5-turbo gpt-3.5-turbo-0125
c=0.000001 a=0.000004 j=0.000002 b=0.000016 k=0.000008 : ft:o4-mini-2025-04-16
c=0.00000125 a=0.0000025 j=0.00000125 b=0.00001 k=0.000005 : gpt-4o-2024-08-06 gpt-4o-2024-11-20 gpt-4o-search-preview-2025-03-11
c=0.00000125 a=0.0000025 j=0.00000125 b=0.00001 k=0.000005 e={"search_context_size_high":0.05,"search_context_size_low":0.03,"search_context_size_medium":0.035} : gpt-4o-search-preview
c=0.00000125 n=0.000002125 a=0.0000025 j=0.00000125 l=0.00000425 b=0.00001 k=0.000005 m=0.000017 : gpt-4o
c=0.000001875 a=0.00000375 j=0.000001875 b=0.000015 k=0.0000075 : ft:gpt-4o-2024-08-06
c=0.0000075 a=0.000015 b=0.00006 : o1 o1-2024-12-17
c=1.25e-7 a=0.00000125 b=0.00001 : gpt-5-chat gpt-5-chat-latest gpt-5-search-api gpt-5-search-api-2025-10-14
c=1.25e-7 i1=6.25e-8 n=2.5e-7 a=0.00000125 d1=6.25e-7 l=0.0000025 b=0.00001 e1=0.000005 m=0.00002 : gpt-5 gpt-5-2025-08-07
c=1.25e-7 n=2.5e-7 a=0.00000125 l=0.0000025 b=0.00001 m=0.00002 : gpt-5.1 gpt-5.1-2025-11-13 gpt-5.1-chat-latest
c=1.5e-7 a=3e-7 j=1.5e-7 b=0.0000012 k=6e-7 : ft:gpt-4o-mini-2024-07-18
c=1.75e-7 n=3.5e-7 a=0.00000175 l=0.0000035 b=0.000014 m=0.000028 : gpt-5.2 gpt-5.2-2025-12-11 gpt-5.2-chat-latest gpt-5.3-chat-latest
c=1e-7 a=4e-7 j=2e-7 b=0.0000016 k=8e-7 : gpt-4.1-mini-2025-04-14
c=1e-7 n=1.75e-7 a=4e-7 j=2e-7 l=7e-7 b=0.0000016 k=8e-7 m=0.0000028 : gpt-4.1-mini
c=2.5e-7 w=5e-7 i1=1.3e-7 n=5e-7 a=0.0000025 x=0.000005 j=0.00000125 d1=0.00000125 l=0.000005 b=0.000015 y=0.0000225 k=0.0000075 e1=0.0000075 m=0.00003 p1=1.1 q1=1.1 : gpt-5.4 gpt-5.4-2026-03-05
c=2.5e-8 a=1e-7 j=5e-8 b=4e-7 k=2e-7 : gpt-4.1-nano-2025-04-14
c=2.5e-8 i1=1.25e-8 n=4.5e-8 a=2.5e-7 d1=1.25e-7 l=4.5e-7 b=0.000002 e1=0.000001 m=0.0000036 : gpt-5-mini gpt-5-mini-2025-08-07
c=2.5e-8 n=5e-8 a=1e-7 j=5e-8 l=2e-7 b=4e-7 k=2e-7 m=8e-7 : gpt-4.1-nano
c=2.75e-7 a=0.0000011 b=0.0000044 : o4-mini-2025-04-16
c=2.75e-7 i1=1.375e-7 n=5e-7 a=0.0000011 d1=5.5e-7 l=0.000002 b=0.0000044 e1=0.0000022 m=0.000008 : o4-mini
c=2e-7 a=8e-7 j=4e-7 b=0.0000032 k=0.0000016 : ft:gpt-4.1-mini-2025-04-14
c=2e-8 i1=1e-8 a=2e-7 j=1e-7 d1=1e-7 b=0.00000125 k=6.25e-7 e1=6.25e-7 p1=1.1 q1=1.1 : gpt-5.4-nano gpt-5.4-nano-2026-03-17
c=5.5e-7 a=0.0000011 b=0.0000044 : o3-mini o3-mini-2025-01-31
c=5e-7 a=0.000002 b=0.000008 : o3-2025-04-16
c=5e-7 a=0.000002 j=0.000001 b=0.000008 k=0.000004 : gpt-4.1-2025-04-14
c=5e-7 i1=2.5e-7 n=8.75e-7 a=0.000002 d1=0.000001 l=0.0000035 b=0.000008 e1=0.000004 m=0.000014 : o3
c=5e-7 n=8.75e-7 a=0.000002 j=0.000001 l=0.0000035 b=0.000008 k=0.000004 m=0.000014 : gpt-4.1
c=5e-7 w=0.000001 i1=2.5e-7 n=0.000001 a=0.000005 x=0.00001 j=0.0000025 d1=0.0000025 l=0.00001 b=0.00003 y=0.000045 k=0.000015 e1=0.000015 m=0.00006 p1=1.1 q1=1.1 : gpt-5.5 gpt-5.5-2026-04-23
c=5e-8 a=2e-7 j=1e-7 b=8e-7 k=4e-7 : ft:gpt-4.1-nano-2025-04-14
c=5e-9 i1=2.5e-9 a=5e-8 d1=2.5e-8 b=4e-7 e1=2e-7 : gpt-5-nano-2025-08-07
c=5e-9 i1=2.5e-9 a=5e-8 d1=2.5e-8 l=0.0000025 b=4e-7 e1=2e-7 : gpt-5-nano
c=7.5e-7 a=0.000003 j=0.0000015 b=0.000012 k=0.000006 : ft:gpt-4.1-2025-04-14
c=7.5e-8 a=1.5e-7 j=7.5e-8 b=6e-7 k=3e-7 : gpt-4o-mini-search-preview-2025-03-11
c=7.5e-8 a=1.5e-7 j=7.5e-8 b=6e-7 k=3e-7 e={"search_context_size_high":0.03,"search_context_size_low":0.025,"search_context_size_medium":0.0275} : gpt-4o-mini-2024-07-18 gpt-4o-mini-search-preview
c=7.5e-8 i1=3.75e-8 n=1.5e-7 a=7.5e-7 j=3.75e-7 d1=3.75e-7 l=0.0000015 b=0.0000045 k=0.00000225 e1=0.00000225 m=0.000009 p1=1.1 q1=1.1 : gpt-5.4-mini gpt-5.4-mini-2026-03-17
c=7.5e-8 n=1.25e-7 a=1.5e-7 j=7.5e-8 l=2.5e-7 b=6e-7 k=3e-7 m=0.000001 : gpt-4o-mini
d=0.000001875 a=0.00000375 b=0.000015 : ft:gpt-4o-2024-11-20
d=0.0000025 h2=0.000005 i2=0.0000025 j2=0.00000125 k2=0.000005 c=2e-7 w=4e-7 l2=2e-7 i1=1e-7 n=4e-7 a=0.000002 x=0.000004 n2=0.000002 j=0.000001 d1=0.000001 l=0.000004 b=0.000012 y=0.000018 p2=0.000009 k=0.000006 e1=0.000006 m=0.000024 p1=1.1 q1=1.1 : gpt-5.6-terra
d=0.00000625 h2=0.0000125 i2=0.00000625 j2=0.000003125 k2=0.0000125 c=5e-7 w=0.000001 l2=5e-7 i1=2.5e-7 n=0.000001 a=0.000005 x=0.00001 n2=0.000005 j=0.0000025 d1=0.0000025 l=0.00001 b=0.00003 y=0.000045 p2=0.0000225 k=0.000015 e1=0.000015 m=0.00006 p1=1.1 q1=1.1 : gpt-5.6 gpt-5.6-sol
d=2.5e-7 h2=5e-7 i2=2.5e-7 j2=1.25e-7 k2=5e-7 c=2e-8 w=4e-8 l2=2e-8 i1=1e-8 n=4e-8 a=2e-7 x=4e-7 n2=2e-7 j=1e-7 d1=1e-7 l=4e-7 b=0.0000012 y=0.0000018 p2=9e-7 k=6e-7 e1=6e-7 m=0.0000024 p1=1.1 q1=1.1 : gpt-5.6-luna
h=0.00001 a=1.5e-7 r=0.00002 b=6e-7 : gpt-4o-mini-audio-preview gpt-4o-mini-audio-preview-2024-12-17
h=0.00001 a=6e-7 r=0.00002 b=0.0000024 : gpt-audio-mini gpt-audio-mini-2025-10-06 gpt-audio-mini-2025-12-15
h=0.000032 a=0.0000025 r=0.000064 b=0.00001 : gpt-audio gpt-audio-1.5 gpt-audio-2025-08-28
h=0.00004 a=0.0000025 r=0.00008 b=0.00001 : gpt-4o-audio-preview gpt-4o-audio-preview-2024-12-17 gpt-4o-audio-preview-2025-06-03
q2=0.03 : ~container
@openai embedding
a=1.3e-7 j=6.5e-8 b=0 k=0 : text-embedding-3-large
a=1e-7 b=0 : text-embedding-ada-002
a=1e-7 j=5e-8 b=0 k=0 : text-embedding-ada-002-v2
a=2e-8 j=1e-8 b=0 k=0 : text-embedding-3-small
@openai image_generation
c=0.00000125 l1=0.000008 a=0.000005 c1=0.00003 b=0.00001 : gpt-image-2 gpt-image-2-2026-04-21
c=0.00000125 l1=0.000008 a=0.000005 c1=0.000032 b=0.00001 : gpt-image-1.5 gpt-image-1.5-2025-12-16
c=0.00000125 l1=0.00001 a=0.000005 c1=0.00004 : chatgpt-image-latest gpt-image-1
c=2e-7 l1=0.0000025 a=0.000002 c1=0.000008 : gpt-image-1-mini
i=0.005 : low/1024-x-1024/gpt-image-1-mini
i=0.006 : low/1024-x-1536/gpt-image-1-mini low/1536-x-1024/gpt-image-1-mini
i=0.009 : 1024-x-1024/gpt-image-1.5 1024-x-1024/gpt-image-1.5-2025-12-16 low/1024-x-1024/gpt-image-1.5 low/1024-x-1024/gpt-image-1.5-2025-12-16 standard/1024-x-1024/gpt-image-1.5 standard/1024-x-1024/gpt-image-1.5-2025-12-16
i=0.011 : medium/1024-x-1024/gpt-image-1-mini
i=0.011 v=1.0490417e-8 z=0 : low/1024-x-1024/gpt-image-1
i=0.013 : 1024-x-1536/gpt-image-1.5 1024-x-1536/gpt-image-1.5-2025-12-16 1536-x-1024/gpt-image-1.5 1536-x-1024/gpt-image-1.5-2025-12-16 low/1024-x-1536/gpt-image-1.5 low/1024-x-1536/gpt-image-1.5-2025-12-16 low/1536-x-1024/gpt-image-1.5 low/1536-x-1024/gpt-image-1.5-2025-12-16 standard/1024-x-1536/gpt-image-1.5 standard/1024-x-1536/gpt-image-1.5-2025-12-16 standard/1536-x-1024/gpt-image-1.5 standard/1536-x-1024/gpt-image-1.5-2025-12-16
i=0.015 : medium/1024-x-1536/gpt-image-1-mini medium/1536-x-1024/gpt-image-1-mini
i=0.016 v=1.0172526e-8 z=0 : low/1024-x-1536/gpt-image-1 low/1536-x-1024/gpt-image-1
i=0.02 : dall-e-2
i=0.034 : medium/1024-x-1024/gpt-image-1.5 medium/1024-x-1024/gpt-image-1.5-2025-12-16
i=0.04 : dall-e-3
i=0.042 v=4.0054321e-8 z=0 : medium/1024-x-1024/gpt-image-1
i=0.05 : medium/1024-x-1536/gpt-image-1.5 medium/1024-x-1536/gpt-image-1.5-2025-12-16 medium/1536-x-1024/gpt-image-1.5 medium/1536-x-1024/gpt-image-1.5-2025-12-16
i=0.063 v=4.0054321e-8 z=0 : medium/1024-x-1536/gpt-image-1 medium/1536-x-1024/gpt-image-1
i=0.133 : high/1024-x-1024/gpt-image-1.5 high/1024-x-1024/gpt-image-1.5-2025-12-16
i=0.167 v=1.59263611e-7 z=0 : high/1024-x-1024/gpt-image-1
i=0.2 : high/1024-x-1536/gpt-image-1.5 high/1024-x-1536/gpt-image-1.5-2025-12-16 high/1536-x-1024/gpt-image-1.5 high/1536-x-1024/gpt-image-1.5-2025-12-16
i=0.25 v=1.58945719e-7 z=0 : high/1024-x-1536/gpt-image-1 high/1536-x-1024/gpt-image-1
v=1.9e-8 z=0 : 1024-x-1024/dall-e-2
v=2.4414e-7 z=0 : 256-x-256/dall-e-2
v=3.81469e-8 z=0 : standard/1024-x-1024/dall-e-3
v=4.359e-8 z=0 : standard/1024-x-1792/dall-e-3 standard/1792-x-1024/dall-e-3
v=6.539e-8 z=0 : hd/1024-x-1792/dall-e-3 hd/1792-x-1024/dall-e-3
v=6.86e-8 z=0 : 512-x-512/dall-e-2
v=7.629e-8 z=0 : hd/1024-x-1024/dall-e-3
@openai moderation
a=0 b=0 : omni-moderation-2024-09-26 omni-moderation-latest text-moderation-007 text-moderation-latest text-moderation-stable
@openai realtime
c=0.0000025 h=0.00004 a=0.000005 r=0.00008 b=0.00002 : gpt-4o-realtime-preview gpt-4o-realtime-preview-2024-12-17 gpt-4o-realtime-preview-2025-06-03
n1=3e-7 c=3e-7 h=0.00001 a=6e-7 r=0.00002 b=0.0000024 : gpt-4o-mini-realtime-preview gpt-4o-mini-realtime-preview-2024-12-17
n1=3e-7 e2=3e-7 c=6e-8 h=0.00001 i=8e-7 a=6e-7 r=0.00002 b=0.0000024 : gpt-realtime-mini-2025-10-06 gpt-realtime-mini-2025-12-15
n1=3e-7 e2=3e-7 c=6e-8 h=0.00001 i=8e-7 a=6e-7 r=0.00002 b=0.0000024 p1=1.1 q1=1.1 : gpt-realtime-2.1-mini
n1=3e-7 e2=3e-7 h=0.00001 a=6e-7 r=0.00002 b=0.0000024 : gpt-realtime-mini
n1=4e-7 c=4e-7 h=0.000032 i=0.000005 a=0.000004 r=0.000064 b=0.000016 : gpt-realtime gpt-realtime-1.5 gpt-realtime-2 gpt-realtime-2025-08-28
n1=4e-7 e2=4e-7 c=4e-7 h=0.000032 i=0.000005 a=0.000004 r=0.000064 b=0.000024 p1=1.1 q1=1.1 : gpt-realtime-2.1
@openai responses
a=0.000015 j=0.0000075 b=0.00012 k=0.00006 : gpt-5-pro gpt-5-pro-2025-10-06
a=0.00002 j=0.00001 b=0.00008 k=0.00004 : o3-pro o3-pro-2025-06-10
a=0.000021 b=0.000168 : gpt-5.2-pro gpt-5.2-pro-2025-12-11
a=0.00015 j=0.000075 b=0.0006 k=0.0003 : o1-pro o1-pro-2025-03-19
c=0.0000025 a=0.00001 j=0.000005 b=0.00004 k=0.00002 : o3-deep-research o3-deep-research-2025-06-26
c=0.000003 w=0.000006 a=0.00003 x=0.00006 j=0.000015 d1=0.000015 b=0.00018 y=0.00027 k=0.00009 e1=0.00009 p1=1.1 q1=1.1 : gpt-5.4-pro gpt-5.4-pro-2026-03-05 gpt-5.5-pro gpt-5.5-pro-2026-04-23
c=1.25e-7 a=0.00000125 b=0.00001 : gpt-5-codex gpt-5.1-codex-max
c=1.25e-7 n=2.5e-7 a=0.00000125 l=0.0000025 b=0.00001 m=0.00002 : gpt-5.1-codex
c=1.75e-7 n=3.5e-7 a=0.00000175 l=0.0000035 b=0.000014 m=0.000028 : gpt-5.2-codex gpt-5.3-codex
c=2.5e-8 n=4.5e-8 a=2.5e-7 l=4.5e-7 b=0.000002 m=0.0000036 : gpt-5.1-codex-mini
c=3.75e-7 a=0.0000015 b=0.000006 : codex-mini-latest
c=5e-7 a=0.000002 j=0.000001 b=0.000008 k=0.000004 : o4-mini-deep-research o4-mini-deep-research-2025-06-26
@openai video_generation
w1=0.1 : sora-2 ~sora-2
w1=0.3 : sora-2-pro ~sora-2-pro
w1=0.5 : sora-2-pro-high-res ~sora-2-pro-high-res
@openrouter chat
a1=2.5e-7 c=2e-7 u=4e-7 a=0.000002 s=0.000004 b=0.000012 t=0.000018 : ~google/gemini-3.1-pro-preview
a1=2.5e-7 c=2e-7 u=4e-7 a=0.000002 s=0.000004 j=0.000001 b=0.000012 t=0.000018 k=0.000006 : ~google/gemini-3-pro-preview
a=0 b=0 : ~openrouter/auto ~openrouter/bodybuilder ~openrouter/free
a=0.000001 b=0.000005 : ~qwen/qwen3-coder-plus
a=0.0000011 b=0.0000044 : ~openai/o3-mini ~openai/o3-mini-high
a=0.0000015 b=0.000002 : ~openai/gpt-3.5-turbo
a=0.000001875 b=0.000001875 : ~gryphe/mythomax-l2-13b ~undi95/remm-slerp-l2-13b
a=0.0000025 b=0.00001 : ~openai/gpt-4o
a=0.000003 b=0.000004 : ~openai/gpt-3.5-turbo-16k
a=0.000003 b=0.000015 : ~anthropic/claude-3.5-sonnet ~x-ai/grok-4
a=0.000005 b=0.000015 : ~openai/gpt-4o-2024-05-13
a=0.000005625 b=0.000005625 : ~mancer/weaver
a=0.000008 b=0.000024 : ~mistralai/mistral-large
a=0.00003 b=0.00006 : ~openai/gpt-4
a=1.1e-7 b=6e-7 : ~qwen/qwen3-235b-a22b-thinking-2507
a=1.3e-7 b=1.3e-7 : ~mistralai/mistral-7b-instruct
a=1.4e-7 b=2.8e-7 : ~deepseek/deepseek-chat ~deepseek/deepseek-chat-v3-0324
a=1.8e-7 b=1.8e-7 : ~qwen/qwen-2.5-coder-32b-instruct
a=1.8e-7 b=8e-7 : ~openai/gpt-oss-120b
a=1e-7 b=2e-7 : ~bytedance/ui-tars-1.5-7b
a=1e-7 b=3e-7 : ~mistralai/mistral-small-3.1-24b-instruct ~mistralai/mistral-small-3.2-24b-instruct
a=1e-7 b=4e-7 : ~qwen/qwen3.5-flash-02-23
a=2.1e-7 b=6.3e-7 : ~qwen/qwen-vl-plus
a=2.2e-7 b=9.5e-7 : ~qwen/qwen3-coder
a=2.55e-7 b=0.00000102 : ~minimax/minimax-m2
a=2.5e-7 b=0.000002 : ~qwen/qwen3.5-35b-a3b
a=2.8e-7 h1=2.8e-8 b=4e-7 : ~deepseek/deepseek-v3.2
a=2e-7 h1=2e-8 b=4e-7 : ~deepseek/deepseek-v3.2-exp
a=2e-7 h1=2e-8 b=8e-7 : ~deepseek/deepseek-chat-v3.1
a=2e-8 b=1e-7 : ~openai/gpt-oss-20b
a=3.25e-7 b=0.00000195 : ~qwen/qwen3.6-plus
a=3e-7 b=0.0000024 : ~qwen/qwen3.5-27b
a=4.5e-7 b=0.0000019 : ~z-ai/glm-4.6:exacto
a=4e-7 b=0.00000175 : ~z-ai/glm-4.6
a=4e-7 b=0.000002 : ~qwen/qwen3.5-122b-a10b
a=4e-7 c3=5e-7 b=0.0000024 f3=0.000003 : ~qwen/qwen3.5-plus-02-15
a=5.5e-7 h1=1.4e-7 b=0.00000219 : ~deepseek/deepseek-r1
a=5.9e-7 b=7.9e-7 : ~meta-llama/llama-3-70b-instruct
a=5e-7 h1=1.4e-7 b=0.00000215 : ~deepseek/deepseek-r1-0528
a=6.5e-7 b=6.5e-7 : ~mistralai/mixtral-8x22b-instruct
a=6e-7 b=0.0000036 : ~qwen/qwen3.5-397b-a17b
a=7.1e-8 b=1e-7 : ~qwen/qwen3-235b-a22b-2507
a=8.5e-7 b=0.0000034 : ~switchpoint/router
a=8e-7 b=0.00000256 : ~z-ai/glm-5
c=0.0000075 a=0.000015 b=0.00006 : ~openai/o1
c=1.25e-7 a=0.00000125 b=0.00001 : ~openai/gpt-5 ~openai/gpt-5-chat ~openai/gpt-5-codex ~openai/gpt-5.1-codex-max
c=1.5e-7 a=3e-7 b=0.0000011 : ~minimax/minimax-m2.5
c=1.75e-7 a=0.00000175 b=0.000014 : ~openai/gpt-5.2-codex
c=1.75e-7 i=0 a=0.00000175 b=0.000014 : ~openai/gpt-5.2 ~openai/gpt-5.2-chat
c=1e-7 a=4e-7 b=0.0000016 : ~openai/gpt-4.1-mini
c=1e-7 a=6e-7 b=0.000003 : ~moonshotai/kimi-k2.5
c=2.5e-8 a=1e-7 b=4e-7 : ~openai/gpt-4.1-nano
c=2.5e-8 a=2.5e-7 b=0.000002 : ~openai/gpt-5-mini
c=2.5e-8 h=5e-7 a=2.5e-7 q=0.0000015 b=0.0000015 : ~google/gemini-3.1-flash-lite ~google/gemini-3.1-flash-lite-preview
c=5e-7 a=0.000002 b=0.000008 : ~openai/gpt-4.1
c=5e-8 h=0.000001 a=5e-7 q=0.000003 b=0.000003 : ~google/gemini-3-flash-preview
c=5e-9 a=5e-8 b=4e-7 : ~openai/gpt-5-nano
d=0 c=0 a=2.7e-7 b=0.0000012 : ~minimax/minimax-m2.1
d=0 c=0 a=4e-7 b=0.0000015 : ~z-ai/glm-4.7
d=0 c=0 a=7e-8 b=4e-7 : ~z-ai/glm-4.7-flash
d=0 c=1e-8 a=1e-7 b=3e-7 : ~xiaomi/mimo-v2-flash
d=0 c=2e-7 a=0.000001 b=0.000003 : ~xiaomi/mimo-v2.5-pro
d=0 c=5.25e-7 a=0.00000105 b=0.0000035 : ~z-ai/glm-5.1
d=0 c=8e-8 a=4e-7 b=0.000002 : ~xiaomi/mimo-v2.5
d=0.00000125 c=1e-7 a=0.000001 b=0.000005 : ~anthropic/claude-haiku-4.5
d=0.00000375 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 : ~anthropic/claude-sonnet-4.6
d=0.00000375 a1=0.0000075 c=3e-7 u=6e-7 i=0.0048 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 : ~anthropic/claude-sonnet-4 ~anthropic/claude-sonnet-4.5
d=0.00000625 c=5e-7 a=0.000005 b=0.000025 : ~anthropic/claude-opus-4.5 ~anthropic/claude-opus-4.6 ~anthropic/claude-opus-4.7
d=0.00001875 c=0.0000015 i=0.0048 a=0.000015 b=0.000075 : ~anthropic/claude-opus-4
d=0.00001875 g=0.00003 c=0.0000015 i=0.0048 a=0.000015 b=0.000075 : ~anthropic/claude-opus-4.1
h=7e-7 a=0.00000125 b=0.00001 : ~google/gemini-2.5-pro
h=7e-7 a=1e-7 b=4e-7 : ~google/gemini-2.0-flash-001
h=7e-7 a=3e-7 b=0.0000025 : ~google/gemini-2.5-flash
i=0 a=0.000021 b=0.000168 : ~openai/gpt-5.2-pro
i=0 a=1.5e-7 b=1.5e-7 : ~mistralai/ministral-8b-2512
i=0 a=1.5e-7 b=6e-7 : ~mistralai/devstral-2512
i=0 a=1e-7 b=1e-7 : ~mistralai/ministral-3b-2512
i=0 a=2e-7 b=2e-7 : ~mistralai/ministral-14b-2512
i=0 a=5e-7 b=0.0000015 : ~mistralai/mistral-large-2512
i=0.0004 a=2.5e-7 b=0.00000125 : ~anthropic/claude-3-haiku
i=0.0048 a=0.000003 b=0.000015 : ~anthropic/claude-3.7-sonnet
@ovhcloud chat
a=1.3e-7 b=1.3e-7 : ~Mistral-Nemo-Instruct-2407
a=1.9e-7 b=1.9e-7 : ~mamba-codestral-7B-v0.1
a=1e-7 b=1e-7 : ~Llama-3.1-8B-Instruct ~Mistral-7B-Instruct-v0.3
a=2.9e-7 b=2.9e-7 : ~llava-v1.6-mistral-7b-hf
a=4e-8 b=1.5e-7 : ~gpt-oss-20b
a=6.3e-7 b=6.3e-7 : ~Mixtral-8x7B-Instruct-v0.1
a=6.7e-7 b=6.7e-7 : ~DeepSeek-R1-Distill-Llama-70B ~Meta-Llama-3_1-70B-Instruct ~Meta-Llama-3_3-70B-Instruct
a=8.7e-7 b=8.7e-7 : ~Qwen2.5-Coder-32B-Instruct
a=8e-8 b=2.3e-7 : ~Qwen3-32B
a=8e-8 b=4e-7 : ~gpt-oss-120b
a=9.1e-7 b=9.1e-7 : ~Qwen2.5-VL-72B-Instruct
a=9e-8 b=2.8e-7 : ~Mistral-Small-3.2-24B-Instruct-2506
@palm chat
a=1.25e-7 b=1.25e-7 : ~chat-bison ~chat-bison-001
@palm completion
a=1.25e-7 b=1.25e-7 : ~text-bison ~text-bison-001 ~text-bison-safety-off ~text-bison-safety-recitation-off
@parallel_ai search
g1=0.004 : ~search
g1=0.009 : ~search-pro
@perplexity chat
a=0.000001 b=0.000001 : ~llama-3.1-70b-instruct
a=0.000001 b=0.000001 e={"search_context_size_high":0.012,"search_context_size_low":0.005,"search_context_size_medium":0.008} : ~sonar
a=0.000001 b=0.000005 e={"search_context_size_high":0.014,"search_context_size_low":0.005,"search_context_size_medium":0.008} : ~sonar-reasoning
a=0.000002 b=0.000008 e={"search_context_size_high":0.014,"search_context_size_low":0.006,"search_context_size_medium":0.01} : ~sonar-reasoning-pro
a=0.000003 b=0.000015 e={"search_context_size_high":0.014,"search_context_size_low":0.006,"search_context_size_medium":0.01} : ~sonar-pro
a=2e-7 b=2e-7 : ~llama-3.1-8b-instruct
a=3.5e-7 b=0.0000014 : ~codellama-34b-instruct
a=6e-7 b=0.0000018 : ~sonar-medium-chat
a=7e-7 b=0.0000028 : ~codellama-70b-instruct ~llama-2-70b-chat ~pplx-70b-chat
a=7e-8 b=2.8e-7 : ~mistral-7b-instruct ~mixtral-8x7b-instruct ~pplx-7b-chat ~sonar-small-chat
b3=0.000002 a=0.000002 q=0.000003 b=0.000008 e={"search_context_size_high":0.005,"search_context_size_low":0.005,"search_context_size_medium":0.005} : ~sonar-deep-research
m2=0.005 a=0 b=0.0000018 : ~sonar-medium-online
m2=0.005 a=0 b=0.0000028 : ~pplx-70b-online
m2=0.005 a=0 b=2.8e-7 : ~pplx-7b-online ~sonar-small-online
@perplexity embedding
a=3e-8 b=0 : ~pplx-embed-v1-4b
a=4e-9 b=0 : ~pplx-embed-v1-0.6b
@perplexity responses
: ~anthropic/claude-haiku-4-5 ~anthropic/claude-opus-4-5 ~anthropic/claude-opus-4-6 ~anthropic/claude-opus-4-7 ~anthropic/claude-sonnet-4-5 ~google/gemini-2.5-flash ~google/gemini-2.5-pro ~google/gemini-3-flash-preview ~google/gemini-3-pro-preview ~openai/gpt-5-mini ~openai/gpt-5.1 ~openai/gpt-5.2 ~perplexity/sonar ~preset/advanced-deep-research ~preset/deep-research ~preset/fast-search ~preset/pro-search ~xai/grok-4-1-fast-non-reasoning
@perplexity search
g1=0.005 : ~search
@pinstripes chat
a=1.25e-7 b=4.5e-7 : ~ps/glm-4.5-air
a=1.4e-7 b=4.5e-7 : ~ps/qwen3.6-35b-a3b
a=1e-7 b=2e-7 : ~ps/deepseek-v4-flash
a=2.55e-7 b=5.5e-7 : ~ps/minimax-m2.7
a=3e-7 b=6e-7 : ~ps/qwen3-coder-30b-a3b
a=9e-8 b=2e-7 : ~ps/qwen3-30b-a3b
@publicai chat
a=0 b=0 : ~BSC-LT/ALIA-40b-instruct_Q8_0 ~BSC-LT/salamandra-7b-instruct-tools-16k ~aisingapore/Gemma-SEA-LION-v4-27B-IT ~aisingapore/Qwen-SEA-LION-v4-32B-IT ~allenai/Olmo-3-32B-Think ~allenai/Olmo-3-7B-Instruct ~allenai/Olmo-3-7B-Think ~swiss-ai/apertus-70b-instruct ~swiss-ai/apertus-8b-instruct
@recraft image_generation
f=0.022 : ~recraftv2
f=0.04 : ~recraftv3
@reducto ocr
x2=0.015 : ~parse-legacy ~parse-v3
@replicate chat
a=0.000001 b=0.000005 : ~anthropic/claude-3.5-haiku ~anthropic/claude-4.5-haiku
a=0.000001 q=0.000004 b=0.000004 : ~openai/o4-mini
a=0.0000011 q=0.0000044 b=0.0000044 : ~openai/o1-mini
a=0.00000125 b=0.00001 : ~openai/gpt-5
a=0.00000145 b=0.00000145 : ~deepseek-ai/deepseek-v3
a=0.000002 b=0.000008 : ~openai/gpt-4.1
a=0.000002 b=0.000012 : ~google/gemini-3-pro
a=0.0000025 b=0.0000025 : ~google/gemini-2.5-flash
a=0.0000025 b=0.00001 : ~openai/gpt-4o
a=0.000003 b=0.000015 : ~anthropic/claude-3.7-sonnet ~anthropic/claude-4-sonnet ~anthropic/claude-4.5-sonnet
a=0.00000375 b=0.00001875 : ~anthropic/claude-3.5-sonnet
a=0.00000375 q=0.00001 b=0.00001 : ~deepseek-ai/deepseek-r1
a=0.0000072 b=0.000036 : ~xai/grok-4
a=0.000015 q=0.00006 b=0.00006 : ~openai/o1
a=1.5e-7 b=6e-7 : ~openai/gpt-4o-mini
a=1.8e-7 b=7.2e-7 : ~openai/gpt-oss-120b
a=1e-7 b=4e-7 : ~openai/gpt-4.1-nano
a=1e-7 b=5e-7 : ~meta/llama-2-13b ~meta/llama-2-13b-chat
a=2.5e-7 b=0.000002 : ~openai/gpt-5-mini
a=2.64e-7 b=0.00000106 : ~qwen/qwen3-235b-a22b-instruct-2507
a=3e-7 b=0.000001 : ~mistralai/mixtral-8x7b-instruct-v0.1
a=3e-8 b=2.5e-7 : ~ibm-granite/granite-3.3-8b-instruct
a=4e-7 b=0.0000016 : ~openai/gpt-4.1-mini
a=5e-8 b=2.5e-7 : ~meta/llama-2-7b ~meta/llama-2-7b-chat ~meta/llama-3-8b ~meta/llama-3-8b-instruct ~mistralai/mistral-7b-instruct-v0.2 ~mistralai/mistral-7b-v0.1
a=5e-8 b=4e-7 : ~openai/gpt-5-nano
a=6.5e-7 b=0.00000275 : ~meta/llama-2-70b ~meta/llama-2-70b-chat ~meta/llama-3-70b ~meta/llama-3-70b-instruct
a=6.72e-7 b=0.000002016 : ~deepseek-ai/deepseek-v3.1
a=9e-8 b=3.6e-7 : replicateopenai/gpt-oss-20b
@runwayml audio_speech
f1=3e-7 : ~eleven_multilingual_v2
@runwayml image_generation
i=0.02 f=0.02 : ~gen4_image_turbo
i=0.05 f=0.05 : ~gen4_image
@runwayml video_generation
w1=0.05 : ~gen3a_turbo ~gen4_turbo
w1=0.15 : ~gen4_aleph
@sagemaker chat
a=0 b=0 : ~meta-textgeneration-llama-2-13b-f ~meta-textgeneration-llama-2-70b-b-f ~meta-textgeneration-llama-2-7b-f
@sagemaker completion
a=0 b=0 : ~meta-textgeneration-llama-2-13b ~meta-textgeneration-llama-2-70b ~meta-textgeneration-llama-2-7b
@sambanova chat
a=0.000003 b=0.0000045 : ~DeepSeek-V3-0324 ~DeepSeek-V3.1 ~DeepSeek-V3.2
a=0.000005 b=0.000007 : ~DeepSeek-R1
a=0.000005 b=0.00001 : ~Meta-Llama-3.1-405B-Instruct
a=1e-7 b=2e-7 : ~Meta-Llama-3.1-8B-Instruct
a=2.2e-7 b=5.9e-7 : ~gpt-oss-120b
a=3.8e-7 b=0.00000115 : ~gemma-4-31B-it
a=3e-7 b=3e-7 : ~Meta-Llama-Guard-3-8B
a=4e-7 b=7e-7 : ~Llama-4-Scout-17B-16E-Instruct
a=4e-7 b=8e-7 : ~Qwen3-32B
a=4e-8 b=8e-8 : ~Meta-Llama-3.2-1B-Instruct
a=5e-7 b=0.000001 : ~QwQ-32B
a=5e-7 b=0.0001 : ~Qwen2-Audio-7B-Instruct
a=6.3e-7 b=0.0000018 : ~Llama-4-Maverick-17B-128E-Instruct
a=6e-7 b=0.0000012 : ~Meta-Llama-3.3-70B-Instruct
a=6e-7 b=0.0000024 : ~MiniMax-M2.7
a=7e-7 b=0.0000014 : ~DeepSeek-R1-Distill-Llama-70B
a=8e-8 b=1.6e-7 : ~Meta-Llama-3.2-3B-Instruct
@sarvam chat
d=0 g=0 c=0 a=0 b=0 : ~sarvam-m
@scaleway audio_transcription
h=0 b=0 : ~openai/whisper-large-v3
@scaleway chat
a=0.0000015 b=0.0000075 : ~mistralai/mistral-medium-3.5-128b
a=1.5e-7 b=3.5e-7 : ~mistralai/mistral-small-3.2-24b-instruct-2506
a=1.5e-7 b=6e-7 : ~openai/gpt-oss-120b
a=2.5e-7 b=0.0000015 : ~qwen/qwen3.6-35b-a3b
a=2.5e-7 b=5e-7 : ~google/gemma-3-27b-it ~google/gemma-4-26b-a4b-it
a=2e-7 b=2e-7 : ~mistralai/pixtral-12b-2409
a=2e-7 b=8e-7 : ~qwen/qwen3-coder-30b-a3b-instruct
a=3e-7 b=7e-7 : ~hcompany/holo2-30b-a3b
a=4e-7 b=0.000002 : ~mistralai/devstral-2-123b-instruct-2512
a=6e-7 b=0.0000036 : ~qwen/qwen3.5-397b-a17b
a=7.5e-7 b=0.00000225 : ~qwen/qwen3-235b-a22b-instruct-2507
a=9e-7 b=9e-7 : ~meta/llama-3.3-70b-instruct
h=1.5e-7 a=1.5e-7 b=3.5e-7 : ~mistralai/voxtral-small-24b-2507
@scaleway embedding
a=1e-7 b=0 : ~BAAI/bge-multilingual-gemma2 ~qwen/qwen3-embedding-8b
@searxng search
g1=0 : ~search
@serper search
g1=0.001 : ~search
@snowflake chat
: ~gemma-7b ~jamba-1.5-large ~jamba-1.5-mini ~jamba-instruct ~llama2-70b-chat ~llama3-70b ~llama3-8b ~llama3.2-1b ~llama3.2-3b ~mistral-7b ~mistral-large ~mixtral-8x7b ~reka-core ~reka-flash ~snowflake-arctic ~snowflake-llama-3.1-405b
a=0.0000012 b=0.0000012 : ~llama3.1-405b
a=0.00000135 b=0.0000054 : ~deepseek-r1
a=0.000002 b=0.000006 : ~mistral-large2
a=1.5e-7 b=6e-7 : ~openai-gpt-5-nano
a=2.4e-7 b=2.4e-7 : ~llama3.1-8b
a=2.4e-7 b=9.7e-7 : ~llama4-maverick
a=3e-7 b=0.0000012 : ~openai-gpt-5-mini
a=7.2e-7 b=7.2e-7 : ~llama3.1-70b ~llama3.3-70b ~snowflake-llama-3.3-70b
c=1.25e-7 a=0.00000125 b=0.00001 : ~openai-gpt-5
c=1e-7 a=0.000001 b=0.000005 : ~claude-haiku-4-5
c=3e-7 a=0.000003 b=0.000015 : ~claude-3-5-sonnet ~claude-3-7-sonnet ~claude-4-sonnet ~claude-sonnet-4-5 ~claude-sonnet-4-6
c=5e-7 a=0.000002 b=0.000008 : ~openai-gpt-4.1
c=5e-7 a=0.000005 b=0.000025 : ~claude-4-opus
@snowflake embedding
a=7e-8 b=0 : ~snowflake-arctic-embed-l-v2.0 ~snowflake-arctic-embed-m-v2.0
@soniox audio_transcription
p=0 o=0.0000277778 : ~stt-async-v4 ~stt-async-v5
@stability image_edit
f=0.002 : ~fast
f=0.004 : ~outpaint
f=0.005 : ~erase ~inpaint ~remove-background ~search-and-recolor ~search-and-replace ~sketch ~structure ~style
f=0.008 : ~replace-background-and-relight ~style-transfer
f=0.04 : ~conservative
f=0.06 : ~creative
@stability image_generation
f=0.03 : ~stable-image-core
f=0.035 : ~sd3-medium ~sd3.5-medium
f=0.04 : ~sd3-large-turbo ~sd3.5-large-turbo
f=0.065 : ~sd3 ~sd3-large ~sd3.5-large
f=0.08 : ~stable-image-ultra
@tavily search
g1=0.008 : ~search
g1=0.016 : ~search-advanced
@tencent chat
d=0 c=2.8e-9 a=1.4e-7 h1=2.8e-9 b=2.8e-7 : ~deepseek-v4-flash
d=0 c=3.625e-9 a=4.35e-7 h1=3.625e-9 b=8.7e-7 : ~deepseek-v4-pro
@tensormesh chat
c=0 a=0.0000014 b=0.0000044 : ~lukealonso/GLM-5.1-NVFP4-MTP
c=0 a=1.4e-7 b=2.8e-7 : ~deepseek-ai/DeepSeek-V4-Flash
c=0 a=1.4e-7 b=5.6e-7 : ~google/gemma-4-31B-it
c=0 a=1.5e-7 b=6e-7 : ~openai/gpt-oss-120b
c=0 a=3.2e-7 b=0.0000032 : ~Qwen/Qwen3.6-27B-FP8
c=0 a=3e-7 b=0.0000012 : ~MiniMaxAI/MiniMax-M2.5
c=0 a=4.5e-7 b=0.0000018 : ~Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8
c=0 a=6e-7 b=0.0000036 : ~Qwen/Qwen3.5-397B-A17B-FP8
c=0 a=7e-8 b=2.8e-7 : ~openai/gpt-oss-20b
c=0 a=9.6e-7 b=0.000004 : ~moonshotai/Kimi-K2.6
@text-completion-codestral completion
a=0 b=0 : ~codestral-2405 ~codestral-latest
@text-completion-inception completion
c=2.5e-8 a=2.5e-7 b=7.5e-7 : ~mercury-edit-2
@text-completion-openai completion
a=0.0000015 b=0.000002 : gpt-3.5-turbo-instruct gpt-3.5-turbo-instruct-0914
a=0.0000016 j=2e-7 b=0.0000016 k=2e-7 : ft:babbage-002
a=0.000002 b=0.000002 : davinci-002
a=0.000012 j=0.000001 b=0.000012 k=0.000001 : ft:davinci-002
a=4e-7 b=4e-7 : babbage-002
@tinyfish search
g1=0 : ~search
@together_ai chat
: ~Qwen/Qwen2.5-72B-Instruct-Turbo ~Qwen/Qwen2.5-7B-Instruct-Turbo ~meta-llama/Llama-3.2-3B-Instruct-Turbo ~mistralai/Mistral-7B-Instruct-v0.1 ~mistralai/Mistral-Small-24B-Instruct-2501 ~togethercomputer/CodeLlama-34b-Instruct
a=0 b=0 : ~meta-llama/Llama-3.3-70B-Instruct-Turbo-Free
a=0.000001 b=0.000003 : ~moonshotai/Kimi-K2-Instruct ~moonshotai/Kimi-K2-Instruct-0905
a=0.00000125 b=0.00000125 : ~deepseek-ai/DeepSeek-V3
a=0.0000018 b=0.0000018 : together-ai-81.1b-110b
a=0.000002 b=0.000002 : ~Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8
a=0.000003 b=0.000007 : ~deepseek-ai/DeepSeek-R1
a=0.0000035 b=0.0000035 : ~meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo
a=1.5e-7 b=0.0000015 : ~Qwen/Qwen3-Next-80B-A3B-Instruct ~Qwen/Qwen3-Next-80B-A3B-Thinking
a=1.5e-7 b=6e-7 : ~openai/gpt-oss-120b
a=1.8e-7 b=1.8e-7 : ~meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo
a=1.8e-7 b=5.9e-7 : ~meta-llama/Llama-4-Scout-17B-16E-Instruct
a=1e-7 b=1e-7 : together-ai-up-to-4b
a=2.7e-7 b=8.5e-7 : ~meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8
a=2e-7 b=0.0000011 : ~zai-org/GLM-4.5-Air-FP8
a=2e-7 b=0.000006 : ~Qwen/Qwen3-235B-A22B-Instruct-2507-tput
a=2e-7 b=2e-7 : together-ai-4.1b-8b
a=2e-7 b=6e-7 : ~Qwen/Qwen3-235B-A22B-fp8-tput
a=3e-7 b=3e-7 : together-ai-8.1b-21b
a=4.5e-7 b=0.000002 : ~zai-org/GLM-4.7
a=5.5e-7 b=0.00000219 : ~deepseek-ai/DeepSeek-R1-0528-tput
a=5e-7 b=0.0000028 : ~moonshotai/Kimi-K2.5
a=5e-8 b=2e-7 : ~openai/gpt-oss-20b
a=6.5e-7 b=0.000003 : ~Qwen/Qwen3-235B-A22B-Thinking-2507
a=6e-7 b=0.0000017 : ~deepseek-ai/DeepSeek-V3.1
a=6e-7 b=0.0000022 : ~zai-org/GLM-4.6
a=6e-7 b=0.0000036 : ~Qwen/Qwen3.5-397B-A17B
a=6e-7 b=6e-7 : ~mistralai/Mixtral-8x7B-Instruct-v0.1
a=8.8e-7 b=8.8e-7 : ~meta-llama/Llama-3.3-70B-Instruct-Turbo ~meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo
a=8e-7 b=8e-7 : together-ai-21.1b-41b
a=9e-7 b=9e-7 : together-ai-41.1b-80b
@together_ai embedding
a=1.6e-8 b=0 : together-ai-embedding-151m-to-350m
a=8e-9 b=0 : together-ai-embedding-up-to-150m ~BAAI/bge-base-en-v1.5 ~baai/bge-base-en-v1.5
@v0 chat
a=0.000003 b=0.000015 : ~v0-1.0-md ~v0-1.5-md
a=0.000015 b=0.000075 : ~v0-1.5-lg
@vercel_ai_gateway chat
a=0.000001 b=0.000001 : ~perplexity/sonar
a=0.000001 b=0.000005 : ~perplexity/sonar-reasoning
a=0.0000012 b=0.0000012 : ~mistral/mixtral-8x22b-instruct
a=0.0000015 b=0.000002 : ~openai/gpt-3.5-turbo-instruct
a=0.000002 b=0.000005 : ~mistral/magistral-medium
a=0.000002 b=0.000006 : ~mistral/mistral-large ~mistral/pixtral-large
a=0.000002 b=0.000008 : ~perplexity/sonar-reasoning-pro
a=0.000002 b=0.00001 : ~xai/grok-2 ~xai/grok-2-vision
a=0.0000025 b=0.00001 : ~cohere/command-a ~cohere/command-r-plus ~google/gemini-2.5-pro
a=0.000003 b=0.000015 : ~perplexity/sonar-pro ~vercel/v0-1.0-md ~vercel/v0-1.5-md ~xai/grok-3 ~xai/grok-4
a=0.000005 b=0.000025 : ~xai/grok-3-fast
a=0.00001 b=0.00003 : ~openai/gpt-4-turbo
a=1.2e-7 b=0 : ~cohere/embed-v4.0
a=1.5e-7 b=0 : ~mistral/codestral-embed
a=1.5e-7 b=1.5e-7 : ~meta/llama-3.2-3b ~mistral/pixtral-12b
a=1.5e-7 b=6e-7 : ~cohere/command-r ~google/gemini-2.0-flash
a=1.6e-7 b=1.6e-7 : ~meta/llama-3.2-11b
a=1e-7 b=0 : ~mistral/mistral-embed
a=1e-7 b=1e-7 : ~meta/llama-3.2-1b ~mistral/ministral-8b
a=1e-7 b=3e-7 : ~alibaba/qwen-3-30b ~alibaba/qwen-3-32b ~meta/llama-4-scout ~mistral/mistral-small
a=2.5e-7 b=0.000001 : ~inception/mercury-coder-small
a=2e-7 b=0.0000011 : ~zai/glm-4.5-air
a=2e-7 b=2e-7 : ~google/gemma-2-9b
a=2e-7 b=6e-7 : ~alibaba/qwen-3-235b ~meta/llama-4-maverick
a=2e-8 b=0 : ~amazon/titan-embed-text-v2
a=3.5e-8 b=1.4e-7 : ~amazon/nova-micro
a=3e-7 b=0.0000025 : ~google/gemini-2.5-flash
a=3e-7 b=5e-7 : ~xai/grok-3-mini
a=3e-7 b=9e-7 : ~mistral/codestral
a=4e-7 b=0.0000016 : ~alibaba/qwen3-coder
a=4e-8 b=4e-8 : ~mistral/ministral-3b
a=5.5e-7 b=0.00000219 : ~deepseek/deepseek-r1
a=5.5e-7 b=0.0000022 : ~moonshotai/kimi-k2
a=5.9e-7 b=7.9e-7 : ~meta/llama-3-70b
a=5e-7 b=0.0000015 : ~mistral/magistral-small ~openai/gpt-3.5-turbo
a=5e-8 b=8e-8 : ~meta/llama-3-8b ~meta/llama-3.1-8b
a=6e-7 b=0.0000022 : ~zai/glm-4.5
a=6e-7 b=0.000004 : ~xai/grok-3-mini-fast
a=6e-8 b=2.4e-7 : ~amazon/nova-lite
a=7.2e-7 b=7.2e-7 : ~meta/llama-3.1-70b ~meta/llama-3.2-90b ~meta/llama-3.3-70b
a=7.5e-7 b=9.9e-7 : ~deepseek/deepseek-r1-distill-llama-70b
a=7.5e-8 b=3e-7 : ~google/gemini-2.0-flash-lite
a=7.9e-7 b=7.9e-7 : ~mistral/mistral-saba-24b
a=7e-8 b=2.8e-7 : ~mistral/devstral-small
a=8e-7 b=0.0000012 : ~morph/morph-v3-fast
a=8e-7 b=0.0000032 : ~amazon/nova-pro
a=8e-8 b=2.4e-7 : ~alibaba/qwen-3-14b
a=9e-7 b=0.0000019 : ~morph/morph-v3-large
a=9e-7 b=9e-7 : ~deepseek/deepseek-v3
c=1.1e-7 a=4.5e-7 b=0.0000018 : ~zai/glm-4.6
d=0 c=0.00000125 a=0.0000025 b=0.00001 : ~openai/gpt-4o
d=0 c=0.0000075 a=0.000015 b=0.00006 : ~openai/o1
d=0 c=1e-7 a=4e-7 b=0.0000016 : ~openai/gpt-4.1-mini
d=0 c=2.5e-8 a=1e-7 b=4e-7 : ~openai/gpt-4.1-nano
d=0 c=2.75e-7 a=0.0000011 b=0.0000044 : ~openai/o4-mini
d=0 c=5.5e-7 a=0.0000011 b=0.0000044 : ~openai/o3-mini
d=0 c=5e-7 a=0.000002 b=0.000008 : ~openai/gpt-4.1 ~openai/o3
d=0 c=7.5e-8 a=1.5e-7 b=6e-7 : ~openai/gpt-4o-mini
d=0.000001 c=8e-8 a=8e-7 b=0.000004 : ~anthropic/claude-3.5-haiku
d=0.00000125 c=1e-7 a=0.000001 b=0.000005 : ~anthropic/claude-haiku-4.5
d=0.00000375 c=3e-7 a=0.000003 b=0.000015 : ~anthropic/claude-3-5-sonnet ~anthropic/claude-3-5-sonnet-20241022 ~anthropic/claude-3-7-sonnet ~anthropic/claude-3.5-sonnet ~anthropic/claude-3.7-sonnet ~anthropic/claude-4-sonnet ~anthropic/claude-sonnet-4 ~anthropic/claude-sonnet-4.5
d=0.00000625 c=5e-7 a=0.000005 b=0.000025 : ~anthropic/claude-opus-4.5 ~anthropic/claude-opus-4.6
d=0.00001875 c=0.0000015 a=0.000015 b=0.000075 : ~anthropic/claude-3-opus ~anthropic/claude-4-opus ~anthropic/claude-opus-4 ~anthropic/claude-opus-4.1
d=3e-7 c=3e-8 a=2.5e-7 b=0.00000125 : ~anthropic/claude-3-haiku
@vercel_ai_gateway embedding
a=1.3e-7 b=0 : ~openai/text-embedding-3-large
a=1.5e-7 b=0 : ~google/gemini-embedding-001
a=1e-7 b=0 : ~openai/text-embedding-ada-002
a=2.5e-8 b=0 : ~google/text-embedding-005 ~google/text-multilingual-embedding-002
a=2e-8 b=0 : ~openai/text-embedding-3-small
@vertex_ai audio_speech
f1=0.00003 : ~chirp
@vertex_ai audio_transcription
p=0.00026667 : ~chirp_3
@vertex_ai chat
a1=2.5e-7 c=2e-7 u=4e-7 d2=7.2e-7 n=3.6e-7 a=0.000002 s=0.000004 a2=0.0000072 j=0.000001 l=0.0000036 b=0.000012 t=0.000018 b2=0.0000324 k=0.000006 m=0.0000216 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3-pro-preview
a1=2.5e-7 c=2e-7 u=4e-7 d2=7.2e-7 n=3.6e-7 a=0.000002 s=0.000004 a2=0.0000072 j=0.000001 l=0.0000036 f=0.00012 b=0.000012 t=0.000018 b2=0.0000324 k=0.000006 m=0.0000216 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.1-pro-preview ~gemini-3.1-pro-preview-customtools
c=1.5e-7 i1=7.5e-8 n=2.7e-7 a=0.0000015 j=7.5e-7 d1=7.5e-7 l=0.0000027 q=0.0000075 b=0.0000075 k=0.00000375 e1=0.00000375 m=0.0000135 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.6-flash
c=1.5e-7 n=2.7e-7 h=0.000001 f2=0.0000018 a=0.0000015 l=0.0000027 q=0.000009 b=0.000009 m=0.0000162 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3.5-flash
c=2e-7 a=0.000002 b=0.000006 : ~xai/grok-4.20-non-reasoning ~xai/grok-4.20-reasoning
c=5e-8 a=2e-7 b=5e-7 : ~xai/grok-4.1-fast-non-reasoning ~xai/grok-4.1-fast-reasoning
c=5e-8 n=9e-8 h=0.000001 f2=0.0000018 a=5e-7 l=9e-7 b=0.000003 m=0.0000054 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : ~gemini-3-flash-preview
@vertex_ai embedding
x1=0.00016 i=0.00012 a=2e-7 o1=0.00079 b=0 : ~gemini-embedding-2 ~gemini-embedding-2-preview
@vertex_ai ocr
a=3e-7 y1=0.0003 b=0.0000012 : ~deepseek-ai/deepseek-ocr-maas
y1=0.0005 : ~mistral-ocr-2505
@vertex_ai vector_store
g1=0.0015 : ~search_api
@vertex_ai-ai21_models chat
a=0.000002 b=0.000008 : vertex_ai/jamba-1.5-large vertex_ai/jamba-1.5-large@001
a=2e-7 b=4e-7 : vertex_ai/jamba-1.5 vertex_ai/jamba-1.5-mini vertex_ai/jamba-1.5-mini@001
@vertex_ai-anthropic_models chat
a=0.000001 b=0.000005 : vertex_ai/claude-3-5-haiku vertex_ai/claude-3-5-haiku@20241022
a=0.000003 b=0.000015 : vertex_ai/claude-3-5-sonnet vertex_ai/claude-3-5-sonnet@20240620 vertex_ai/claude-3-sonnet vertex_ai/claude-3-sonnet@20240229
a=0.000015 b=0.000075 : vertex_ai/claude-3-opus vertex_ai/claude-3-opus@20240229
a=2.5e-7 b=0.00000125 : vertex_ai/claude-3-haiku vertex_ai/claude-3-haiku@20240307
d=0.00000125 g=0.000002 c=1e-7 a=0.000001 b=0.000005 : vertex_ai/claude-haiku-4-5 vertex_ai/claude-haiku-4-5@20251001
d=0.0000025 g=0.000004 c=2e-7 a=0.000002 b=0.00001 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : vertex_ai/claude-sonnet-5 vertex_ai/claude-sonnet-5@default
d=0.00000375 g=0.000006 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 b=0.000015 t=0.0000225 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : vertex_ai/claude-sonnet-4 vertex_ai/claude-sonnet-4@20250514
d=0.00000375 g=0.000006 a1=0.0000075 c=3e-7 u=6e-7 a=0.000003 s=0.000006 j=0.0000015 b=0.000015 t=0.0000225 k=0.0000075 : vertex_ai/claude-sonnet-4-5 vertex_ai/claude-sonnet-4-5@20250929
d=0.00000375 g=0.000006 c=3e-7 a=0.000003 b=0.000015 : vertex_ai/claude-3-7-sonnet@20250219
d=0.00000375 g=0.000006 c=3e-7 a=0.000003 b=0.000015 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : vertex_ai/claude-sonnet-4-6 vertex_ai/claude-sonnet-4-6@default
d=0.00000625 g=0.00001 c=5e-7 a=0.000005 b=0.000025 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : vertex_ai/claude-opus-4-5 vertex_ai/claude-opus-4-5@20251101 vertex_ai/claude-opus-4-6 vertex_ai/claude-opus-4-6@default vertex_ai/claude-opus-4-7 vertex_ai/claude-opus-4-7@default vertex_ai/claude-opus-4-8 vertex_ai/claude-opus-4-8@default vertex_ai/claude-opus-5 vertex_ai/claude-opus-5@default
d=0.0000125 g=0.00002 c=0.000001 a=0.00001 b=0.00005 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : vertex_ai/claude-fable-5 vertex_ai/claude-fable-5@default
d=0.00001875 g=0.00003 c=0.0000015 a=0.000015 b=0.000075 e={"search_context_size_high":0.01,"search_context_size_low":0.01,"search_context_size_medium":0.01} : vertex_ai/claude-opus-4 vertex_ai/claude-opus-4@20250514
d=0.00001875 g=0.00003 c=0.0000015 a=0.000015 j=0.0000075 b=0.000075 k=0.0000375 : vertex_ai/claude-opus-4-1 vertex_ai/claude-opus-4-1@20250805
@vertex_ai-deepseek_models chat
a=0.00000135 b=0.0000054 : vertex_ai/deepseek-ai/deepseek-r1-0528-maas vertex_ai/deepseek-ai/deepseek-v3.1-maas
a=5.6e-7 j=2.8e-7 b=0.00000168 k=8.4e-7 : vertex_ai/deepseek-ai/deepseek-v3.2-maas
@vertex_ai-embedding-models embedding
a=1.5e-7 b=0 : gemini-embedding-001
a=6.25e-9 b=0 : text-embedding-preview-0409
f1=2.5e-8 a=1e-7 b=0 : text-embedding-004 text-embedding-005 text-embedding-large-exp-03-07 text-multilingual-embedding-002
f1=2e-7 i=0.0001 a=8e-7 o1=0.0005 v2=0.002 w2=0.001 b=0 : multimodalembedding multimodalembedding@001
x1=0.00016 i=0.00012 a=2e-7 o1=0.00079 b=0 : gemini-embedding-2 gemini-embedding-2-preview
@vertex_ai-image-models image_generation
f=0.02 : vertex_ai/imagegeneration@006 vertex_ai/imagen-3.0-fast-generate-001 vertex_ai/imagen-4.0-fast-generate-001
f=0.04 : vertex_ai/imagen-3.0-capability-001 vertex_ai/imagen-3.0-generate-001 vertex_ai/imagen-3.0-generate-002 vertex_ai/imagen-4.0-generate-001
f=0.06 : vertex_ai/imagen-4.0-ultra-generate-001
@vertex_ai-language-models chat
a1=2.5e-7 c=1.25e-7 u=2.5e-7 a=0.00000125 s=0.0000025 b=0.00001 t=0.000015 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.5-pro
a1=2.5e-7 c=2e-7 u=4e-7 a=0.000002 s=0.000004 j=0.000001 f=0.00012 b=0.000012 t=0.000018 k=0.000006 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.1-pro-preview-customtools
a1=2.5e-7 c=2e-7 u=4e-7 d2=7.2e-7 n=3.6e-7 a=0.000002 s=0.000004 a2=0.0000072 j=0.000001 l=0.0000036 b=0.000012 t=0.000018 b2=0.0000324 k=0.000006 m=0.0000216 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3-pro-preview
a1=2.5e-7 c=2e-7 u=4e-7 d2=7.2e-7 n=3.6e-7 a=0.000002 s=0.000004 a2=0.0000072 j=0.000001 l=0.0000036 f=0.00012 b=0.000012 t=0.000018 b2=0.0000324 k=0.000006 m=0.0000216 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.1-pro-preview
a=0.00000125 s=0.0000025 b=0.00001 t=0.000015 : gemini-2.5-computer-use-preview-10-2025
c=0 h=0.000001 a=3e-7 q=0.0000025 b=0.0000025 : gemini-robotics-er-1.5-preview
c=1.25e-7 u=2.5e-7 h=7e-7 a=0.00000125 s=0.0000025 b=0.00001 t=0.000015 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.5-pro-preview-tts
c=1.5e-7 i1=7.5e-8 n=2.7e-7 a=0.0000015 j=7.5e-7 d1=7.5e-7 l=0.0000027 q=0.0000075 b=0.0000075 k=0.00000375 e1=0.00000375 m=0.0000135 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.6-flash
c=1.5e-7 n=2.7e-7 h=0.000001 f2=0.0000018 a=0.0000015 l=0.0000027 q=0.000009 b=0.000009 m=0.0000162 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.5-flash
c=1.875e-8 h=7.5e-8 a=7.5e-8 b=3e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.0-flash-lite gemini-2.0-flash-lite-001
c=1e-8 h=3e-7 a=1e-7 q=4e-7 b=4e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.5-flash-lite gemini-2.5-flash-lite-preview-09-2025
c=2.5e-8 h=5e-7 a=1e-7 q=4e-7 b=4e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.5-flash-lite-preview-06-17
c=2.5e-8 h=5e-7 a=2.5e-7 q=0.0000015 b=0.0000015 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.1-flash-lite-preview vertex_ai/gemini-3.1-flash-lite-preview
c=2.5e-8 h=7e-7 a=1e-7 b=4e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.0-flash
c=2.5e-8 i1=1.25e-8 n=4.5e-8 h=5e-7 a=2.5e-7 j=1.25e-7 d1=1.25e-7 l=4.5e-7 q=0.0000015 b=0.0000015 k=7.5e-7 e1=7.5e-7 m=0.0000027 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.1-flash-lite vertex_ai/gemini-3.1-flash-lite
c=3.75e-8 h=0.000001 a=1.5e-7 b=6e-7 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.0-flash-001
c=3e-8 h=0.000001 a=3e-7 q=0.0000025 b=0.0000025 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.5-flash
c=3e-8 i1=2e-8 n=5e-8 a=3e-7 j=1.5e-7 d1=1.5e-7 l=5.4e-7 q=0.0000025 b=0.0000025 k=0.00000125 e1=0.00000125 m=0.0000045 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.5-flash-lite vertex_ai/gemini-3.5-flash-lite
c=5e-8 n=9e-8 h=0.000001 f2=0.0000018 a=5e-7 l=9e-7 q=0.000003 b=0.000003 m=0.0000054 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3-flash-preview
c=7.5e-8 h=0.000001 a=3e-7 q=0.0000025 b=0.0000025 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-2.5-flash-preview-09-2025
f1=0.000005 o2=0.000015 : medlm-large
f1=5e-7 o2=0.000001 : medlm-medium
h=0.0000015 a=0.0000015 q=0.000009 b=0.000009 z2=0.0000175 : gemini-omni-flash-preview
@vertex_ai-language-models embedding
f1=0 a=0 b=0 : gemini-flash-experimental
@vertex_ai-language-models image_generation
c=3e-8 h=0.000001 a=3e-7 f=0.039 c1=0.00003 q=0.0000025 b=0.0000025 : gemini-2.5-flash-image vertex_ai/gemini-2.5-flash-image
i=0.00056 a=5e-7 f=0.0672 c1=0.00006 b=0.000003 : vertex_ai/gemini-3.1-flash-image vertex_ai/gemini-3.1-flash-image-preview
i=0.00056 a=5e-7 f=0.0672 c1=0.00006 b=0.000003 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3.1-flash-image gemini-3.1-flash-image-preview
i=0.0011 a=0.000002 j=0.000001 f=0.134 c1=0.00012 b=0.000012 k=0.000006 : deep-research-pro-preview-12-2025 vertex_ai/deep-research-pro-preview-12-2025 vertex_ai/gemini-3-pro-image vertex_ai/gemini-3-pro-image-preview
i=0.0011 a=0.000002 j=0.000001 f=0.134 c1=0.00012 b=0.000012 k=0.000006 e={"search_context_size_low":0.014,"search_context_size_medium":0.014,"search_context_size_high":0.014} b1="per_query" : gemini-3-pro-image gemini-3-pro-image-preview
@vertex_ai-language-models realtime
c=7.5e-8 h=0.000003 a=3e-7 r=0.000012 b=0.000002 e={"search_context_size_low":0.035,"search_context_size_medium":0.035,"search_context_size_high":0.035} : gemini-live-2.5-flash-preview-native-audio-09-2025
@vertex_ai-llama_models chat
a=0 b=0 : vertex_ai/meta/llama-3.1-70b-instruct-maas vertex_ai/meta/llama-3.1-8b-instruct-maas vertex_ai/meta/llama-3.2-90b-vision-instruct-maas vertex_ai/meta/llama3-405b-instruct-maas vertex_ai/meta/llama3-70b-instruct-maas vertex_ai/meta/llama3-8b-instruct-maas
a=0.000005 b=0.000016 : vertex_ai/meta/llama-3.1-405b-instruct-maas
a=2.5e-7 b=7e-7 : vertex_ai/meta/llama-4-scout-17b-128e-instruct-maas vertex_ai/meta/llama-4-scout-17b-16e-instruct-maas
a=3.5e-7 b=0.00000115 : vertex_ai/meta/llama-4-maverick-17b-128e-instruct-maas vertex_ai/meta/llama-4-maverick-17b-16e-instruct-maas
@vertex_ai-minimax_models chat
a=3e-7 b=0.0000012 : vertex_ai/minimaxai/minimax-m2-maas
@vertex_ai-mistral_models chat
a=0.000001 b=0.000003 : vertex_ai/mistral-small-2503 vertex_ai/mistral-small-2503@001
a=0.000002 b=0.000006 : vertex_ai/mistral-large-2411 vertex_ai/mistral-large@2407 vertex_ai/mistral-large@2411-001 vertex_ai/mistral-large@latest
a=0.000003 b=0.000003 : vertex_ai/mistral-nemo@2407
a=1.5e-7 b=1.5e-7 : vertex_ai/mistral-nemo@latest
a=2e-7 b=6e-7 : vertex_ai/codestral-2501 vertex_ai/codestral@2405 vertex_ai/codestral@latest
a=3e-7 b=9e-7 : vertex_ai/codestral-2 vertex_ai/codestral-2@001 vertex_ai/mistralai/codestral-2 vertex_ai/mistralai/codestral-2@001
a=4e-7 b=0.000002 : vertex_ai/mistral-medium-3 vertex_ai/mistral-medium-3@001 vertex_ai/mistralai/mistral-medium-3 vertex_ai/mistralai/mistral-medium-3@001
@vertex_ai-moonshot_models chat
a=6e-7 b=0.0000025 : vertex_ai/moonshotai/kimi-k2-thinking-maas
@vertex_ai-openai_models chat
a=1.5e-7 b=6e-7 : vertex_ai/google/gemma-4-26b-a4b-it-maas vertex_ai/openai/gpt-oss-120b-maas
a=7.5e-8 b=3e-7 : vertex_ai/openai/gpt-oss-20b-maas
@vertex_ai-qwen_models chat
a=0.000001 b=0.000004 : vertex_ai/qwen/qwen3-coder-480b-a35b-instruct-maas
a=1.5e-7 b=0.0000012 : vertex_ai/qwen/qwen3-next-80b-a3b-instruct-maas vertex_ai/qwen/qwen3-next-80b-a3b-thinking-maas
a=2.5e-7 b=0.000001 : vertex_ai/qwen/qwen3-235b-a22b-instruct-2507-maas
@vertex_ai-text-models completion
a=0.00001 b=0.000028 : text-unicorn text-unicorn@001
@vertex_ai-video-models video_generation
o=0.15 : vertex_ai/veo-3.0-fast-generate-001 vertex_ai/veo-3.1-fast-generate-001 vertex_ai/veo-3.1-fast-generate-preview
o=0.35 : vertex_ai/veo-2.0-generate-001
o=0.4 : vertex_ai/veo-3.0-generate-001 vertex_ai/veo-3.1-generate-001 vertex_ai/veo-3.1-generate-preview
@vertex_ai-zai_models chat
a=6e-7 b=0.0000022 : vertex_ai/zai-org/glm-4.7-maas
c=1e-7 a=0.000001 b=0.0000032 : vertex_ai/zai-org/glm-5-maas
@volcengine chat
a=0 b=0 : deepseek-v3-2-251201 glm-4-7-251222 kimi-k2-thinking-251104
m1=[{"input_cost_per_token":2.9e-8,"output_cost_per_token":2.9e-7,"range":[0,32000]},{"input_cost_per_token":5.8e-8,"output_cost_per_token":5.8e-7,"range":[32000,128000]},{"input_cost_per_token":1.2e-7,"output_cost_per_token":0.0000012,"range":[128000,256000]}] : ~doubao-seed-2-0-mini-260215
m1=[{"input_cost_per_token":4.6e-7,"output_cost_per_token":0.0000023,"range":[0,32000]},{"input_cost_per_token":7e-7,"output_cost_per_token":0.0000035,"range":[32000,128000]},{"input_cost_per_token":0.0000014,"output_cost_per_token":0.000007,"range":[128000,256000]}] : ~doubao-seed-2-0-code-preview-260215 ~doubao-seed-2-0-pro-260215
m1=[{"input_cost_per_token":8.7e-8,"output_cost_per_token":5.2e-7,"range":[0,32000]},{"input_cost_per_token":1.3e-7,"output_cost_per_token":7.8e-7,"range":[32000,128000]},{"input_cost_per_token":2.6e-7,"output_cost_per_token":0.0000016,"range":[128000,256000]}] : ~doubao-seed-2-0-lite-260215
@volcengine embedding
a=0 b=0 : doubao-embedding doubao-embedding-large doubao-embedding-large-text-240915 doubao-embedding-large-text-250515 doubao-embedding-text-240715
@voyage embedding
a=1.2e-7 b=0 : ~voyage-code-2 ~voyage-finance-2 ~voyage-large-2 ~voyage-law-2 ~voyage-multimodal-3
a=1.8e-7 b=0 : ~voyage-3-large ~voyage-code-3 ~voyage-context-3
a=1e-7 b=0 : ~voyage-2 ~voyage-lite-01 ~voyage-lite-02-instruct
a=2e-8 b=0 : ~voyage-3-lite ~voyage-3.5-lite
a=6e-8 b=0 : ~voyage-3 ~voyage-3.5
@voyage rerank
a=2e-8 b=0 : ~rerank-2-lite ~rerank-2.5-lite
a=5e-8 b=0 : ~rerank-2 ~rerank-2.5
@wandb chat
a=0.005 b=0.02 : ~openai/gpt-oss-20b
a=0.008 b=0.035 : ~microsoft/Phi-4-mini-instruct
a=0.01 b=0.01 : ~Qwen/Qwen3-235B-A22B-Instruct-2507 ~Qwen/Qwen3-235B-A22B-Thinking-2507
a=0.015 b=0.06 : ~openai/gpt-oss-120b
a=0.017 b=0.066 : ~meta-llama/Llama-4-Scout-17B-16E-Instruct
a=0.022 b=0.022 : ~meta-llama/Llama-3.1-8B-Instruct
a=0.055 b=0.165 : ~deepseek-ai/DeepSeek-V3.1
a=0.055 b=0.2 : ~zai-org/GLM-4.5
a=0.071 b=0.071 : ~meta-llama/Llama-3.3-70B-Instruct
a=0.1 b=0.15 : ~Qwen/Qwen3-Coder-480B-A35B-Instruct
a=0.114 b=0.275 : ~deepseek-ai/DeepSeek-V3-0324
a=0.135 b=0.54 : ~deepseek-ai/DeepSeek-R1-0528
a=3e-7 b=0.0000012 : ~MiniMaxAI/MiniMax-M2.5
a=6e-7 b=0.0000025 : ~moonshotai/Kimi-K2-Instruct
c=1e-7 a=6e-7 b=0.000003 : ~moonshotai/Kimi-K2.5
@watsonx audio_transcription
p=0.0001 o=0.0001 : ~whisper-large-v3-turbo
@watsonx chat
a=0.0000018 b=0.0000018 : ~sdaia/allam-1-13b-instruct
a=0.000002 b=0.000002 : ~meta-llama/llama-3-2-90b-vision-instruct
a=0.000003 b=0.00001 : ~mistralai/mistral-large ~mistralai/mistral-medium-2505
a=0.0005 b=0.002 : ~bigscience/mt0-xxl-13b ~core42/jais-13b-chat
a=1.5e-7 b=1.5e-7 : ~meta-llama/llama-3-2-3b-instruct
a=1.5e-7 b=6e-7 : ~openai/gpt-oss-120b
a=1e-7 b=1e-7 : ~ibm/granite-guardian-3-2-2b ~ibm/granite-vision-3-2-2b ~meta-llama/llama-3-2-1b-instruct
a=1e-7 b=3e-7 : ~mistralai/mistral-small-2503 ~mistralai/mistral-small-3-1-24b-instruct-2503
a=2e-7 b=2e-7 : ~ibm/granite-3-3-8b-instruct ~ibm/granite-3-8b-instruct ~ibm/granite-guardian-3-3-8b
a=3.5e-7 b=0.0000014 : ~meta-llama/llama-4-maverick-17b
a=3.5e-7 b=3.5e-7 : ~meta-llama/llama-3-2-11b-vision-instruct ~meta-llama/llama-guard-3-11b-vision ~mistralai/pixtral-12b-2409
a=3.8e-7 b=3.8e-7 : ~ibm/granite-ttm-1024-96-r2 ~ibm/granite-ttm-1536-96-r2 ~ibm/granite-ttm-512-96-r2
a=6e-7 b=6e-7 : ~google/flan-t5-xl-3b ~ibm/granite-13b-chat-v2 ~ibm/granite-13b-instruct-v2
a=6e-8 b=2.5e-7 : ~ibm/granite-4-h-small
a=7.1e-7 b=7.1e-7 : ~meta-llama/llama-3-3-70b-instruct
@xai chat
a=0.000002 b=0.00001 : ~grok-2 ~grok-2-1212 ~grok-2-latest
a=0.000003 b=0.000015 : ~grok-4
a=0.000003 s1=0.000006 b=0.000015 v1=0.00003 : ~grok-4-0709 ~grok-4-latest
a=0.000005 b=0.000015 : ~grok-beta
c=0.00000125 a=0.000005 b=0.000025 : ~grok-3-fast-beta ~grok-3-fast-latest
c=1.5e-7 a=6e-7 b=0.000004 : ~grok-3-mini-fast ~grok-3-mini-fast-beta ~grok-3-mini-fast-latest
c=2e-7 a=0.000002 b=0.000006 : ~grok-4.20-0309-reasoning ~grok-4.20-beta-0309-non-reasoning ~grok-4.20-beta-0309-reasoning ~grok-4.20-multi-agent-beta-0309
c=2e-7 u=4e-7 a=0.00000125 s=0.0000025 b=0.0000025 t=0.000005 : ~grok-4.3 ~grok-4.3-latest
c=2e-8 a=2e-7 b=0.0000015 : ~grok-code-fast ~grok-code-fast-1 ~grok-code-fast-1-0825
c=5e-7 u=0.000001 a=0.000002 s=0.000004 b=0.000006 t=0.000012 : ~grok-4.5 ~grok-4.5-latest
c=5e-8 a=2e-7 s1=4e-7 b=5e-7 v1=0.000001 : ~grok-4-1-fast ~grok-4-1-fast-non-reasoning ~grok-4-1-fast-non-reasoning-latest ~grok-4-1-fast-reasoning ~grok-4-1-fast-reasoning-latest ~grok-4-fast-non-reasoning ~grok-4-fast-reasoning
c=7.5e-7 a=0.000003 b=0.000015 : ~grok-3 ~grok-3-beta ~grok-3-latest
c=7.5e-8 a=3e-7 b=5e-7 : ~grok-3-mini ~grok-3-mini-beta ~grok-3-mini-latest
i=0.000002 a=0.000002 b=0.00001 : ~grok-2-vision ~grok-2-vision-1212 ~grok-2-vision-latest
i=0.000005 a=0.000005 b=0.000015 : ~grok-vision-beta
@you_com search
g1=0 : ~search
@zai chat
a=0 b=0 : ~glm-4.5-flash
a=0.0000011 b=0.0000045 : ~glm-4.5-airx
a=0.0000022 b=0.0000089 : ~glm-4.5-x
a=1e-7 b=1e-7 : ~glm-4-32b-0414-128k
a=2e-7 b=0.0000011 : ~glm-4.5-air
a=6e-7 b=0.0000018 : ~glm-4.5v
a=6e-7 b=0.0000022 : ~glm-4.5
d=0 c=0 a=0 b=0 : ~glm-4.7-flash
d=0 c=1.1e-7 a=6e-7 b=0.0000022 : ~glm-4.6 ~glm-4.7
d=0 c=2.6e-7 a=0.0000014 b=0.0000044 : ~glm-5.1
d=0 c=2e-7 a=0.000001 b=0.0000032 : ~glm-5
d=0 c=3e-7 a=0.0000012 b=0.000005 : ~glm-5-code
`
