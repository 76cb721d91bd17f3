import { type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

const usage = {
  prompt_tokens: 10,
  completion_tokens: 20,
  total_tokens: 30,
  prompt_tokens_details: { cached_tokens: 4 },
}

/** The providers of both gateways, with the same answers for both. */
export function startProviders(): Promise<ScriptedUpstream> {
  let calls = 0
  return startUpstream((res, { url, body }) => {
    const json = JSON.parse(body.toString())
    const id = `${process.pid}-${calls++}`
    const text = body.toString()
    if (text.includes('FAIL500')) return sendJson(res, 500, { error: { message: 'broken', type: 'server_error' } })
    if (text.includes('FAIL400'))
      return sendJson(res, 400, {
        error: { message: 'bad', type: 'invalid_request_error', param: 'messages', code: 'bad' },
      })
    if (url.endsWith('/embeddings')) {
      const data = [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }]
      return sendJson(res, 200, {
        object: 'list',
        data,
        model: json.model,
        usage: { prompt_tokens: 5, total_tokens: 5 },
      })
    }
    if (url.endsWith('/messages')) {
      const content = [{ type: 'text', text: 'Hello' }]
      const used = { input_tokens: 10, output_tokens: 20, cache_read_input_tokens: 4, cache_creation_input_tokens: 0 }
      const rest = { model: json.model, content, stop_reason: 'end_turn', stop_sequence: null, usage: used }
      return sendJson(res, 200, { id: `msg_${id}`, type: 'message', role: 'assistant', ...rest })
    }
    if (url.endsWith('/responses')) return sendJson(res, 200, response(`resp_${id}`, json.model))
    const base = { id: `chatcmpl-${id}`, created: 1_700_000_000, model: json.model }
    if (!json.stream) {
      const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }]
      return sendJson(res, 200, { ...base, object: 'chat.completion', choices, usage })
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = (rest: object) =>
      res.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...rest })}\n\n`)
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }] })
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
    if (json.stream_options?.include_usage) chunk({ choices: [], usage })
    res.end('data: [DONE]\n\n')
  })
}

function response(id: string, model: string) {
  const content = [{ type: 'output_text', text: 'Hello', annotations: [] }]
  return {
    id,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model,
    output: [{ type: 'message', id: `${id}-1`, role: 'assistant', status: 'completed', content }],
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 30,
    },
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
  }
}

/** The model groups that are made in the database, so that both serve them. `origin`: of the providers. */
export const modelsAt = (origin: string) => ({
  chat: { model: 'openai/gpt-4o-mini', api_base: `${origin}/v1` },
  embed: { model: 'openai/text-embedding-3-small', api_base: `${origin}/v1` },
  claude: { model: 'anthropic/claude-sonnet-4-5', api_base: origin },
  vllm: {
    model: 'hosted_vllm/qwen',
    api_base: `${origin}/v1`,
    input_cost_per_token: 1e-6,
    output_cost_per_token: 2e-6,
  },
})
