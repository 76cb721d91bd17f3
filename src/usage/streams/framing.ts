/** How a stream is cut into documents. */
export type FramingKind = 'sse' | 'ndjson' | 'json-array' | 'aws-event-stream'

export interface Framing {
  cut(sink: FrameSink, maxFrameBytes: number): Cutter
  /** The JSON text in a frame, or `undefined` when it has none. */
  payload(frame: Buffer): Buffer | undefined
  /** The JSON text does not stand in the frame as it is, so that looking for words in the frame finds nothing. */
  readonly opaque?: boolean
}

/**
 * Cuts a stream of bytes into frames without changing it: all frames and passed-over bytes, in the order they are
 * given, are exactly what was pushed. Memory is bounded by one frame.
 */
export interface Cutter {
  push(bytes: Buffer): void
  /** Gives what is left as a last frame, complete or not. */
  end(): void
  /** The bytes so far are known to be the whole answer. */
  readonly whole?: boolean
}

export interface FrameSink {
  frame(bytes: Buffer): void
  /** Bytes of a frame too large to keep. */
  passOver(bytes: Buffer): void
  /** That frame is over. */
  passedOver?(): void
}
