import { expect, test } from '@jest/globals'
import { litellmIdOf } from '../../../src/admission/resources/litellm-id.ts'

const plain = (text: string) => Buffer.from(text).toString('base64url')

test.each([
  ['resp_', 'litellm:custom_llm_provider:openai;model_id:d1;response_id:resp_1', { id: 'resp_1', deploymentId: 'd1' }],
  ['resp_', 'litellm:custom_llm_provider:None;model_id:None;response_id:resp_1', { id: 'resp_1' }],
  [
    'resp_',
    'litellm:custom_llm_provider:gemini;model_id:d1;response_id:chatcmpl-1;call_id:0000-1',
    { id: 'chatcmpl-1', deploymentId: 'd1', callId: '0000-1' },
  ],
  ['cntr_', 'litellm:custom_llm_provider:openai;model_id:d1;container_id:cntr_1', { id: 'cntr_1', deploymentId: 'd1' }],
  ['video_', 'litellm:custom_llm_provider:openai;model_id:d1;video_id:v1', { id: 'v1', deploymentId: 'd1' }],
  ['encitem_', 'litellm:model_id:d1;item_id:rs_1;2', { id: 'rs_1;2', deploymentId: 'd1' }],
  ['file-', 'litellm:file-1;model,m', { id: 'file-1', modelGroup: 'm' }],
  ['batch_', 'litellm:batch_1;model,m', { id: 'batch_1', modelGroup: 'm' }],
  ['', 'litellm_proxy;model_id:d1;llm_batch_id:batch_1', { id: 'batch_1', deploymentId: 'd1' }],
  ['', 'litellm_proxy;model_id:d1;generic_response_id:ftjob-1', { id: 'ftjob-1', deploymentId: 'd1' }],
  [
    '',
    'litellm_proxy:application/octet-stream;unified_id,u;target_model_names,m,n;llm_output_file_id,file-1;llm_output_file_model_id,d1',
    { id: 'file-1', deploymentId: 'd1' },
  ],
  [
    '',
    'litellm_proxy:vector_store;unified_id,u;target_model_names,m;resource_id,vs_1;model_id,d1',
    { id: 'vs_1', deploymentId: 'd1' },
  ],
  ['', 'litellm_proxy:passthrough;provider:openai;unified_id,u;raw_id,file-1', { id: 'file-1' }],
])('%s + base64(%s)', (prefix, text, expected) => {
  expect(litellmIdOf(prefix + plain(text))).toEqual(expected)
})

test.each(['resp_0123', 'file-abc', plain('litellm:nothing'), plain('other'), 'x'.repeat(10_000)])(
  '%s is an id of the provider',
  (id) => {
    expect(litellmIdOf(id)).toBeUndefined()
  },
)
