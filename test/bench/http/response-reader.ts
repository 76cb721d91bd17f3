export interface ResponseEvents {
  onFirstByte(): void
  /** The time of a chunk, as the upstream wrote it into it. */
  onTime(time: bigint): void
  onEnd(): void
  /** Anything but status 200. */
  onBad(text: string): void
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n')
const TIME = Buffer.from('"t":"')
const TIME_DIGITS = 20

/** Finds the end of one HTTP/1.1 answer after the other, with next to no work: it shares the machine with the others. */
export class ResponseReader {
  readonly #events: ResponseEvents
  #head: Buffer | undefined
  #inBody = false
  /** Bytes still to come; `undefined` for a chunked body. */
  #left: number | undefined
  #tail: Buffer = Buffer.alloc(0)

  constructor(events: ResponseEvents) {
    this.#events = events
  }

  push(data: Buffer): void {
    if (this.#inBody) return void this.#body(data)
    const bytes = this.#head ? Buffer.concat([this.#head, data]) : data
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) {
      this.#head = bytes
      return
    }
    this.#head = undefined
    const head = bytes.toString('latin1', 0, end).toLowerCase()
    if (!head.startsWith('http/1.1 200')) return void this.#events.onBad(bytes.toString('latin1'))
    const length = /\ncontent-length: *(\d+)/.exec(head)?.[1]
    this.#left = length === undefined ? undefined : Number(length)
    this.#inBody = true
    this.#tail = bytes.subarray(end + 2, end + 4)
    this.#events.onFirstByte()
    if (bytes.length > end + 4) this.#body(bytes.subarray(end + 4))
  }

  #body(data: Buffer): void {
    if (this.#left !== undefined) {
      this.#left -= data.length
      if (this.#left <= 0) this.#end()
      return
    }
    this.#times(data)
    const tail = data.length >= LAST_CHUNK.length ? data : Buffer.concat([this.#tail, data])
    this.#tail = tail.subarray(-LAST_CHUNK.length)
    if (this.#tail.equals(LAST_CHUNK)) this.#end()
  }

  #times(data: Buffer): void {
    for (let at = data.indexOf(TIME); at >= 0; at = data.indexOf(TIME, at + TIME.length)) {
      const digits = data.toString('latin1', at + TIME.length, at + TIME.length + TIME_DIGITS)
      const end = digits.indexOf('"')
      if (end > 0) this.#events.onTime(BigInt(digits.slice(0, end)))
    }
  }

  #end(): void {
    this.#inBody = false
    this.#events.onEnd()
  }
}
