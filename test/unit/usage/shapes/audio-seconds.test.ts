import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { audioSeconds } from '../../../../src/usage/shapes/audio-seconds.ts'

/** A file of which everything is kept. */
const secondsOf = (file: Buffer) => audioSeconds({ byteLength: file.length, head: file, tail: file })

const text = (word: string) => Buffer.from(word, 'latin1')
const le32 = (number: number) => Buffer.from(Uint32Array.of(number).buffer)
const be32 = (number: number) => le32(number).reverse()
const SOUND = Buffer.alloc(32_000)

/** 16 kHz, 16 bits, mono: 32,000 bytes a second. */
function wav(size = SOUND.length): Buffer {
  const format = Buffer.concat([Buffer.from([1, 0, 1, 0]), le32(16_000), le32(32_000), Buffer.from([2, 0, 16, 0])])
  const list = Buffer.concat([text('LIST'), le32(3), text('abc\0')])
  return Buffer.concat([
    text('RIFF'),
    le32(0),
    text('WAVEfmt '),
    le32(16),
    format,
    list,
    text('data'),
    le32(size),
    SOUND,
  ])
}

/** 44,100 samples a second, 441,000 of them. */
function flac(): Buffer {
  const streamInfo = Buffer.from([0x0a, 0xc4, 0x42, 0xf0])
  return Buffer.concat([text('fLaC'), be32(34), Buffer.alloc(10), streamInfo, be32(441_000), Buffer.alloc(16), SOUND])
}

function page(samples: bigint, content: Buffer): Buffer {
  const granule = Buffer.alloc(8)
  granule.writeBigUInt64LE(samples)
  return Buffer.concat([text('OggS\0\0'), granule, Buffer.alloc(13), content])
}

function opus(): Buffer {
  const head = Buffer.concat([text('OpusHead'), Buffer.from([1, 1, 0x38, 1]), le32(16_000)])
  return Buffer.concat([page(0n, head), page(0n, SOUND), page(240_312n, SOUND)])
}

function vorbis(): Buffer {
  const head = Buffer.concat([text('\u0001vorbis'), le32(0), Buffer.from([1]), le32(22_050), Buffer.alloc(13)])
  return Buffer.concat([page(0n, head), page(44_100n, SOUND)])
}

function box(name: string, content: Buffer): Buffer {
  return Buffer.concat([be32(content.length + 8), text(name), content])
}

/** `version` 1 has times of eight bytes. */
function mp4(version: 0 | 1): Buffer {
  const zeros = (bytes: number) => Buffer.alloc(bytes)
  const times = version === 0 ? [zeros(8), be32(1000), be32(7500)] : [zeros(16), be32(1000), be32(0), be32(7500)]
  const header = box('mvhd', Buffer.concat([Buffer.from([version, 0, 0, 0]), ...times, zeros(80)]))
  return Buffer.concat([box('ftyp', text('M4A \0\0\0\0')), box('free', SOUND), box('moov', header)])
}

/** MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 16,000 bytes a second. */
const FRAME = Buffer.from([0xff, 0xfb, 0x90, 0xc4])

function mp3(counted = false): Buffer {
  const tag = Buffer.concat([text('ID3'), Buffer.from([4, 0, 0, 0, 0, 1, 0]), Buffer.alloc(128)])
  const info = counted ? Buffer.concat([Buffer.alloc(17), text('Xing'), be32(1), be32(1225)]) : Buffer.alloc(29)
  return Buffer.concat([tag, FRAME, info, Buffer.alloc(48_000 - FRAME.length - info.length)])
}

/** An element; without `known` its size is left open, as by what records a stream. */
function ebml(id: string, content: Buffer, known = true): Buffer {
  const size = Buffer.from([0x01, ...Array(7).fill(0xff)])
  if (known) size.writeUIntBE(content.length, 2, 6)
  if (known) size.writeUInt8(0, 1)
  return Buffer.concat([Buffer.from(id, 'hex'), size, content])
}

const cluster = (startMs: number, ...offsetsMs: number[]) => {
  const block = (ms: number) => Buffer.concat([Buffer.from([0x81, ms >> 8, ms & 255, 0x80]), SOUND.subarray(0, 3_000)])
  const blocks = offsetsMs.map((ms, index) => (index % 2 ? ebml('a3', block(ms)) : ebml('a0', ebml('a1', block(ms)))))
  return ebml('1f43b675', Buffer.concat([ebml('e7', be32(startMs)), ...blocks]), false)
}

/** As browsers record it, or finished. */
function webm(finished: boolean): Buffer {
  const duration = Buffer.alloc(8)
  duration.writeDoubleBE(7_250)
  const scale = ebml('2ad7b1', be32(1_000_000))
  const info = ebml('1549a966', Buffer.concat(finished ? [scale, ebml('4489', duration)] : [scale]))
  const clusters = [cluster(0, 0, 60, 120), cluster(5_000, 0, 60, 2_250)]
  const segment = Buffer.concat([ebml('ec', Buffer.alloc(20)), info, ebml('1654ae6b', Buffer.alloc(40)), ...clusters])
  return Buffer.concat([ebml('1a45dfa3', text('webm')), ebml('18538067', segment, false)])
}

describe('the length of a file is what its headers say', () => {
  test.each<[string, Buffer, number]>([
    ['WAV', wav(), 1],
    ['WAV that was streamed, its length not known', wav(0xffffffff), 1],
    ['WAV that was streamed, its length left open', wav(0), 1],
    ['FLAC', flac(), 10],
    ['Ogg Opus, without what the decoder skips', opus(), 5],
    ['Ogg Vorbis', vorbis(), 2],
    ['MP4', mp4(0), 7.5],
    ['MP4 with long times', mp4(1), 7.5],
    ['WebM that says it', webm(true), 7.25],
    ['WebM as a browser records it, to its last block', webm(false), 7.25],
    ['MP3 of a constant rate, behind its tags', mp3(), 3],
    ['MP3 whose first frame counts the frames', mp3(true), (1225 * 1152) / 44_100],
    ['MP3 without tags', mp3().subarray(138), 3],
  ])('%s', (_, file, seconds) => {
    expect(secondsOf(file)).toBeCloseTo(seconds, 9)
  })
})

test('what is no audio, or none that is known, has no length', () => {
  for (const file of ['', 'x', 'RIFF', 'fLaC', 'OggS', 'ID3', '\u001aE\u00df\u00a3webm', 'not audio at all']) {
    expect(secondsOf(text(file))).toBeUndefined()
  }
})

describe('of a large file its beginning and its end are enough', () => {
  const kept = (file: Buffer, headBytes: number, tailBytes: number) =>
    audioSeconds({
      byteLength: file.length,
      head: file.subarray(0, headBytes),
      tail: file.subarray(Math.max(0, file.length - tailBytes)),
    })

  test.each<[string, Buffer, number, number]>([
    ['WAV', wav(), 100, 1],
    ['FLAC', flac(), 100, 10],
    ['Ogg Opus', opus(), 200, 5],
    ['Ogg Vorbis', vorbis(), 200, 2],
    ['MP4, whose header stands at the end', mp4(0), 200, 7.5],
    ['WebM as a browser records it', webm(false), 300, 7.25],
    ['MP3 of a constant rate', mp3(), 1_000, 3],
  ])('%s', (_, file, headBytes, seconds) => {
    expect(kept(file, headBytes, 33_000)).toBeCloseTo(seconds, 9)
  })

  test('unless what tells stands between them', () => {
    expect(kept(Buffer.concat([mp4(0), box('free', SOUND)]), 200, 1_000)).toBeUndefined()
  })
})

test('only so many parts of a file are looked at', () => {
  const empty = Array.from({ length: 1_001 }, () => Buffer.concat([text('JUNK'), le32(0)]))
  const file = wav()
  expect(secondsOf(Buffer.concat([file.subarray(0, 12), ...empty, file.subarray(12)]))).toBeUndefined()
  expect(secondsOf(Buffer.concat([file.subarray(0, 12), ...empty.slice(2), file.subarray(12)]))).toBeUndefined()
  expect(secondsOf(Buffer.concat([file.subarray(0, 12), ...empty.slice(10), file.subarray(12)]))).toBe(1)
})

test('a file that was cut or damaged anywhere gives a length or none, and never throws', () => {
  const files = {
    wav: wav(),
    flac: flac(),
    opus: opus(),
    vorbis: vorbis(),
    mp4: mp4(0),
    long: mp4(1),
    webm: webm(false),
    mp3: mp3(true),
  }
  const names = fc.constantFrom(...(Object.keys(files) as (keyof typeof files)[]))
  fc.assert(
    fc.property(names, fc.nat(300), fc.nat(300), fc.nat(255), (name, cut, at, byte) => {
      const file = files[name]
      const damaged = Buffer.from(file.subarray(0, Math.max(0, file.length - cut * 110)))
      if (at < damaged.length) damaged[at] = byte
      const seconds = secondsOf(damaged)
      expect(seconds === undefined || (Number.isFinite(seconds) && seconds > 0)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
