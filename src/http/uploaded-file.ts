import type { Call } from '../types.ts'

/** The first file of a multipart body, over the same memory. */
export function uploadedFile({ body, form }: Call): Buffer | undefined {
  return form?.file && body?.subarray(form.file.start, form.file.end)
}
