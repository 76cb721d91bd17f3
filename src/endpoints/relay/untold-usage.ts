import type { Json, UntoldUsage, Usage, Work } from '../../types.ts'
import { byModel } from '../../usage/background/background-jobs.ts'
import { UnreadLines } from '../../usage/background/batch-lines.ts'
import { BatchOutput } from '../../usage/background/batch-output.ts'
import { object, objects, text, usageOf } from '../../usage/shapes/reader.ts'
import { countTokens } from '../../usage/tokens/count-tokens.ts'
import { countInput } from '../../usage/tokens/estimate.ts'
import { type AskedUpstream, AskRefused, askForJson, askUpstream } from './ask-upstream.ts'

const BATCH = /\/batches\/[^/?]+(?=\?|$).*$/
const RESPONSE = /\/responses\/[^/?]+(?=\?|$).*$/
const PAGE = 100
/** Of a longer input no more is counted. */
const MAX_PAGES = 20

/**
 * What a fetched answer did not tell of its usage, by what the upstream says when it is asked. Rejects when it does not say
 * it. `onUnread` hears of results that are too long to be read.
 */
export function untoldUsage(
  { untold, ...work }: Work,
  asked: AskedUpstream,
  onUnread: (error: UnreadLines) => void,
): Promise<readonly Work[]> {
  return untold?.kind === 'batch' ? usageInFiles(work, untold, asked, onUnread) : usageOfResponse(work, asked)
}

/** As LiteLLM does, line by line. The input file is asked for where lines do not say what they are an answer to. */
async function usageInFiles(
  work: Work,
  { outputFile, inputFile }: Extract<UntoldUsage, { kind: 'batch' }>,
  asked: AskedUpstream,
  onUnread: (error: UnreadLines) => void,
): Promise<readonly Work[]> {
  const pathOf = (file: string) => asked.target.path.replace(BATCH, `/files/${encodeURIComponent(file)}/content`)
  const output = new BatchOutput()
  const status = await askUpstream(asked, pathOf(outputFile), (bytes) => output.push(bytes))
  if (status !== 200) throw new Error(`The output file of a batch was answered with ${status}`)
  const { lacksInput, unread } = output.end()
  if (unread > 0) onUnread(new UnreadLines(unread))
  if (lacksInput && inputFile !== undefined) {
    const reader = output.inputReader()
    const found = await askUpstream(asked, pathOf(inputFile), reader.push)
    // Providers delete input files, or never had one.
    if (found === 200) reader.end()
    else if (found !== 404) throw new Error(`The input file of a batch was answered with ${found}`)
  }
  const usages = output.usages(work.model)
  if (usages.length > 0) return byModel(work, usages)
  // Figures that were stated, and that nothing bears out, are told all the same.
  return work.usage.doubts ? [{ ...work, usage: { ...work.usage, raw: null } }] : []
}

/** A response that says nothing is counted: its own text, its instructions and tools, and the items it is an answer to. */
async function usageOfResponse(work: Work, asked: AskedUpstream): Promise<readonly Work[]> {
  const path = asked.target.path.replace(RESPONSE, `/responses/${encodeURIComponent(work.responseId ?? '')}`)
  const response = object(await askForJson(asked, path))
  const { instructions, tools } = response
  const input = await inputItems(asked, `${path}/input_items`)
  const { promptTokens, cacheReadTokens, completionTokens } = work.usage
  const counted: Partial<Usage> = {
    ...(promptTokens + cacheReadTokens === 0 && { promptTokens: await countInput({ instructions, tools, input }) }),
    ...(completionTokens === 0 && { completionTokens: await countTokens(writtenIn(response)) }),
  }
  return [{ ...work, usage: { ...usageOf(work.usage), ...counted } }]
}

function writtenIn({ output }: Json): string {
  const texts = objects(output).flatMap((item) => [
    text(item.arguments),
    ...objects(item.content).map((part) => text(part.text) ?? text(part.refusal)),
    ...objects(item.summary).map((part) => text(part.text)),
  ])
  return texts.filter((one) => one !== undefined).join('\n')
}

/** None, where the provider does not keep them. */
async function inputItems(asked: AskedUpstream, path: string): Promise<readonly Json[]> {
  const items: Json[] = []
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const after = text(items.at(-1)?.id)
    const query = `?limit=${PAGE}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`
    const page = object(await askForJson(asked, path + query).catch(unlessUnknown))
    items.push(...objects(page.data))
    if (page.has_more !== true || items.length === 0) break
  }
  return items
}

/** An upstream that does not know the route has no items to tell; any other failure may pass. */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof AskRefused && UNKNOWN.has(error.status)) return
  throw error
}

const UNKNOWN = new Set([400, 404, 405, 501])
