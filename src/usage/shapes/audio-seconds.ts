import type { UploadedFile } from '../../types.ts'
import { webmSeconds } from './webm-seconds.ts'

/**
 * How long an audio file plays, in seconds, as its own headers say: WAV, FLAC, Ogg (Opus, Vorbis), MP4, WebM and MP3.
 * `undefined` for what is none of these or damaged. For answers that do not state what they are billed by.
 */
export function audioSeconds(file: UploadedFile): number | undefined {
  const read = FORMATS.find(([isOf]) => isOf(file.head))?.[1]
  try {
    const seconds = read?.(file)
    return seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
  } catch (error) {
    if (BEYOND_THE_END.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** What Node says when a header points there. */
const BEYOND_THE_END = new Set(['ERR_OUT_OF_RANGE', 'ERR_BUFFER_OUT_OF_BOUNDS'])

/** A true file has a handful; one of nothing but empty parts must not take seconds to walk through. */
const MAX_PARTS = 1_000

type Format = readonly [isOf: (head: Buffer) => boolean, seconds: (file: UploadedFile) => number | undefined]

const says =
  (word: string, at = 0) =>
  (bytes: Buffer) =>
    bytes.toString('latin1', at, at + word.length) === word

const FORMATS: readonly Format[] = [
  [says('RIFF'), wavSeconds],
  [says('fLaC'), flacSeconds],
  [says('OggS'), oggSeconds],
  [says('ftyp', 4), mp4Seconds],
  [says('\u001aE\u00df\u00a3'), webmSeconds],
  [says('ID3'), mp3Seconds],
  [(head) => head.length > 1 && head.readUInt16BE(0) >= 0xffe0, mp3Seconds],
]

/** Chunks of a name of four bytes, a length and data. Recorders that stream leave the length of the sound at 0 or -1. */
function wavSeconds({ head, byteLength }: UploadedFile): number | undefined {
  let bytesPerSecond = 0
  for (let at = 12, parts = 0; at + 8 <= head.length && parts < MAX_PARTS; parts++) {
    const size = head.readUInt32LE(at + 4)
    if (says('fmt ', at)(head)) bytesPerSecond = head.readUInt32LE(at + 16)
    if (says('data', at)(head)) {
      const left = byteLength - at - 8
      return (size === 0 ? left : Math.min(size, left)) / bytesPerSecond
    }
    at += 8 + size + (size % 2)
  }
  return undefined
}

/** STREAMINFO comes first (RFC 9639, 8.2): 20 bits of sample rate, then 8 of others, then 36 of samples. */
function flacSeconds({ head }: UploadedFile): number {
  const rate = head.readUIntBE(18, 3) >> 4
  const samples = (head.readUInt8(21) & 0x0f) * 2 ** 32 + head.readUInt32BE(22)
  return samples / rate
}

const OPUS_RATE = 48_000

/** The last page says how many samples there are up to its end (RFC 3533, 6; RFC 7845, 4). */
function oggSeconds({ head: beginning, tail }: UploadedFile): number | undefined {
  const samples = Number(tail.readBigUInt64LE(tail.lastIndexOf('OggS') + 6))
  const head = beginning.subarray(0, 512)
  const opus = head.indexOf('OpusHead')
  if (opus >= 0) return (samples - head.readUInt16LE(opus + 10)) / OPUS_RATE
  const vorbis = head.indexOf('\u0001vorbis')
  return vorbis < 0 ? undefined : samples / head.readUInt32LE(vorbis + 12)
}

/** The movie header, `moov` / `mvhd` (ISO 14496-12, 8.2.2). */
function mp4Seconds(file: UploadedFile): number | undefined {
  const movie = box(file, 'moov')
  const header = movie && box({ head: movie, tail: movie, byteLength: movie.length }, 'mvhd')
  if (!header) return undefined
  return header[0] === 1
    ? Number(header.readBigUInt64BE(24)) / header.readUInt32BE(20)
    : header.readUInt32BE(16) / header.readUInt32BE(12)
}

/**
 * What is in the first box of this name, as far as it is kept. A size of 1 stands before one of eight bytes, 0 means up to
 * the end.
 */
function box(file: UploadedFile, name: string): Buffer | undefined {
  for (let at = 0, parts = 0; at + 8 <= file.byteLength && parts < MAX_PARTS; parts++) {
    const bytes = keptFrom(file, at)
    if (!bytes) return undefined
    const short = bytes.readUInt32BE(0)
    const head = short === 1 ? 16 : 8
    const size = short === 1 ? Number(bytes.readBigUInt64BE(8)) : short === 0 ? file.byteLength - at : short
    if (size < head) return undefined
    if (says(name, 4)(bytes)) return bytes.subarray(head, size)
    at += size
  }
  return undefined
}

/** The bytes from a place on, where they have been kept. */
function keptFrom({ head, tail, byteLength }: UploadedFile, at: number): Buffer | undefined {
  const tailAt = byteLength - tail.length
  if (at >= tailAt) return tail.subarray(at - tailAt)
  return at < head.length ? head.subarray(at) : undefined
}

/** Kilobits per second of layer III by index: of MPEG 1, and of MPEG 2 and 2.5. */
const MPEG1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const MPEG2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const RATES = [44_100, 48_000, 32_000]
const LOOKED_AT_BYTES = 64 << 10

/** A first frame that counts the frames (Xing, Info), else the bit rate of the first one for all. */
function mp3Seconds({ head, byteLength }: UploadedFile): number | undefined {
  const start = firstFrame(head, says('ID3')(head) ? id3Bytes(head) : 0)
  if (start === undefined) return undefined
  const header = head.readUInt32BE(start)
  const version = (header >> 19) & 3
  const fastest = RATES[(header >> 10) & 3]
  const kilobits = (version === 3 ? MPEG1 : MPEG2)[(header >> 12) & 15]
  if (fastest === undefined || kilobits === undefined) return undefined
  const rate = fastest / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const info = /Xing|Info/.exec(head.toString('latin1', start, start + 64))
  const countAt = info ? start + info.index + 4 : 0
  if (info && head.readUInt32BE(countAt) & 1)
    return (head.readUInt32BE(countAt + 4) * (version === 3 ? 1152 : 576)) / rate
  return ((byteLength - start) * 8) / (kilobits * 1000)
}

/** Tags stand before the sound; their length has seven bits to a byte. */
function id3Bytes(head: Buffer): number {
  return 10 + [6, 7, 8, 9].reduce((sum, at) => (sum << 7) | (head.readUInt8(at) & 0x7f), 0)
}

/** Where a frame of layer III with a bit rate and a sample rate begins. */
function firstFrame(head: Buffer, from: number): number | undefined {
  const end = Math.min(head.length - 4, from + LOOKED_AT_BYTES)
  for (let at = from; at <= end; at++) {
    if (head[at] !== 0xff) continue
    const header = head.readUInt32BE(at)
    const bitRate = (header >> 12) & 15
    const isLayer3 = ((header >> 16) & 0xe6) === 0xe2
    if (isLayer3 && bitRate > 0 && bitRate < 15 && ((header >> 10) & 3) < 3) return at
  }
  return undefined
}
