/*
 * What the models of the strict fakes say. A turn of the user's "turn 3 …" is answered by calls of tools, their results by
 * a text that quotes them. So a conversation of many turns shows whether anything got lost on the way.
 */

export interface FakeCall {
  readonly id: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

export interface Reply {
  readonly thinking: string
  readonly text: string
  readonly calls: readonly FakeCall[]
}

/** What the last message of a request says: the user's words, or the results of tools. */
export type Last = { readonly said: string } | { readonly results: readonly string[] }

/** Characters that get lost where somebody counts bytes, or takes U+2028 for the end of a line. */
export const SPECIAL = 'é𝄞\u2028"\\\n'

export const USAGE = { input: 100, output: 20 }

export function replyTo(last: Last): Reply {
  if ('results' in last)
    return { thinking: 'So.', text: `Answer: ${last.results.map(outputOf).join(' & ')}`, calls: [] }
  const turn = Number(/turn (\d+)/.exec(last.said)?.[1] ?? 0)
  if (turn === 0) return { thinking: 'Hm.', text: `You said: ${last.said}`, calls: [] }
  const weather = { id: `call_${turn}_a`, name: 'get_weather', args: { city: `Rome ${turn}`, note: SPECIAL } }
  // Every second turn calls two tools at once, one of them without arguments.
  const time = { id: `call_${turn}_b`, name: 'get_time', args: {} }
  return {
    thinking: `Hm ${turn}.`,
    text: `Looking ${turn}.${SPECIAL}`,
    calls: turn % 2 === 0 ? [weather, time] : [weather],
  }
}

/** Gemini's clients give results as objects, which models of others are shown as JSON. */
function outputOf(result: string): string {
  return /^\{"output":".*"\}$/s.test(result) ? JSON.parse(result).output : result
}

/** A fake says why it refuses a request, as its provider would. */
export class Refused extends Error {}

export function refuseIf(isWrong: boolean, message: string): void {
  if (isWrong) throw new Refused(message)
}

export function refuseUnknown(value: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  refuseIf(unknown !== undefined, `${where}: unknown member ${unknown}`)
}

/** A text in pieces, as models write. */
export function pieces(text: string): readonly string[] {
  return text.match(/.{1,4}/gsu) ?? []
}

export type Body = Record<string, any>
