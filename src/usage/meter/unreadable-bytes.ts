import type { RelayedText } from './kept-text.ts'

/**
 * What has come of an answer that is no document of its API: a text, such as a page in place of JSON, or bytes in a
 * coding that is not known. Keeps at most `maxBytes` of a text, to count it by.
 */
export class UnreadableBytes {
  readonly #maxBytes: number
  #text = ''
  #keptBytes = 0
  #totalBytes = 0
  #any = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get any(): boolean {
    return this.#any
  }

  add(bytes: Buffer): void {
    this.#any = true
    // JSON that is cut or broken has the output in its members, where it is found without being parsed.
    if (/^\s*[{[]/.test(bytes.toString('latin1', 0, 16))) return
    this.#totalBytes += bytes.length
    if (this.#keptBytes + bytes.length > this.#maxBytes || !isText(bytes)) return
    this.#text += bytes.toString('utf8')
    this.#keptBytes += bytes.length
  }

  get(): RelayedText {
    return { text: this.#text, keptBytes: this.#keptBytes, totalBytes: this.#totalBytes }
  }
}

/** Compressed and other binary data has a byte 0, or one that UTF-8 has not, among its first. */
function isText(bytes: Buffer): boolean {
  const start = bytes.toString('utf8', 0, 512)
  // The last character may be cut.
  return !/[\0\uFFFD]/.test(start.slice(0, -1))
}
