/** LiteLLM's name for the endpoint of a call type (ROUTE_ENDPOINT_MAPPING), in its daily tables and in its sentences. */
export const ENDPOINTS: Readonly<Record<string, string>> = {
  acompletion: '/chat/completions',
  atext_completion: '/completions',
  aembedding: '/embeddings',
  aimage_generation: '/image/generations',
  aimage_edit: '/images/edits',
  aspeech: '/audio/speech',
  atranscription: '/audio/transcriptions',
  amoderation: '/moderations',
  arerank: '/rerank',
  aresponses: '/responses',
  _aresponses_websocket: '/responses',
  acompact_responses: '/responses/compact',
  aocr: '/ocr',
  asearch: '/search',
}
