import { matchPath } from './match-path.ts'
import { count, object, objects, type UsageReader, usageOf } from './reader.ts'

/** POST /ocr (Mistral): billed by the page. */
export const ocr: UsageReader = {
  shape: 'ocr',
  provider: 'mistral',
  callType: 'aocr',
  match: matchPath('/ocr'),
  hints: ['usage_info'],

  read(document, sofar) {
    if (document.usage_info == null) return sofar
    const found = object(document.usage_info)
    const annotated = count(found.pages_processed_annotation)
    return usageOf({
      quantities: {
        pages: count(found.pages_processed ?? objects(document.pages).length),
        ...(annotated > 0 ? { annotatedPages: annotated } : {}),
      },
      raw: found,
    })
  },
}
