/** The members of an object as JSON text, without its braces: to be put together with others. '' when there are none. */
export function membersText(object: object): string {
  return JSON.stringify(object).slice(1, -1)
}
