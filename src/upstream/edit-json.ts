import { type Member, membersOf, startOfMembers } from './json-members.ts'

/**
 * Changes some top-level members of a JSON object and leaves every other byte as it is: big integers, key order, white
 * space and escapes survive, which a parse and a re-serialisation would not grant. `changes` maps names to JSON text;
 * `undefined` takes a member out. `json` must hold a valid JSON object.
 */
export function editJson(json: Buffer, changes: ReadonlyMap<string, string | undefined>): Buffer {
  const members = membersOf(json)
  const pieces: Buffer[] = []
  let copied = startOfMembers(json)
  let first = true
  pieces.push(json.subarray(0, copied))
  for (const member of members) {
    const gone = changes.has(member.name) && changes.get(member.name) === undefined
    if (!gone) pieces.push(...textOf(json, member, changes.get(member.name), copied, first))
    if (!gone) first = false
    copied = member.end
  }
  for (const name of missing(members, changes)) {
    pieces.push(Buffer.from(`${first ? '' : ','}${JSON.stringify(name)}:${changes.get(name)}`))
    first = false
  }
  pieces.push(json.subarray(copied))
  return Buffer.concat(pieces)
}

/** A member with what stands before it, but for a comma that a removed predecessor has left behind. */
function textOf(json: Buffer, member: Member, text: string | undefined, from: number, first: boolean): Buffer[] {
  const lead = first && member.comma >= 0 ? member.comma + 1 : from
  if (text === undefined) return [json.subarray(lead, member.end)]
  return [json.subarray(lead, member.start), Buffer.from(text)]
}

function missing(members: readonly Member[], changes: ReadonlyMap<string, string | undefined>): readonly string[] {
  const present = new Set(members.map(({ name }) => name))
  return [...changes.keys()].filter((name) => changes.get(name) !== undefined && !present.has(name))
}
