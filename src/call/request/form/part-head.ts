import { LiteLLMError } from '../../../errors.ts'

/** What stands at the head of a part of a form. */
export interface PartHead {
  readonly name: string | undefined
  readonly isFile: boolean
}

const FOLDED = /\r\n[ \t]+/g
const DISPOSITION = /^content-disposition[ \t]*:/i
const PARAMETER = /;\s*([^\s;="]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;"]*))/g

/**
 * The name of a part and whether it is a file (RFC 7578, 4.2). SECURITY: a head that could be read in two ways is refused
 * (`bad_request`): the upstream might read the other.
 */
export function partHeadOf(head: string): PartHead {
  const lines = head.replace(FOLDED, ' ').split('\r\n')
  const dispositions = lines.filter((line) => DISPOSITION.test(line))
  const given = [...(dispositions[0] ?? '').matchAll(PARAMETER)].map(
    ([, name = '', quoted, plain]) => [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain] as const,
  )
  const named = given.filter(([name]) => name === 'name')
  const isAmbiguous = named.length > 1 || given.some(([name]) => name === 'name*')
  if (dispositions.length > 1 || isAmbiguous) throw ambiguous()
  return { name: named[0]?.[1], isFile: given.some(([name]) => name === 'filename' || name === 'filename*') }
}

function ambiguous(): LiteLLMError {
  return new LiteLLMError('bad_request', { message: 'The form has a part with more than one name.' })
}
