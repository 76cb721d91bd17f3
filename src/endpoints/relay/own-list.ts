import { mayUseResource, type ResourceOwner } from '../../admission/resources/resource-owner.ts'
import { LiteLLMError } from '../../errors.ts'
import type { ResourceAccess } from '../../gateway.ts'
import type { Json, VirtualKey } from '../../types.ts'
import { resourcesMadeIn } from '../../usage/resources/made-resources.ts'
import { plainResourceId } from '../../usage/resources/named-resources.ts'
import { object, objects, text } from '../../usage/shapes/reader.ts'
import { type AskedUpstream, askForJson } from './ask-upstream.ts'

/** Where the first page came from. */
export type ListSource = AskedUpstream

/** Resources of others are passed over, page by page, so far. */
const MAX_PAGES = 100
const PAGE_SIZE = '100'
/** OpenAI's and Anthropic's, where a client does not say. */
const DEFAULT_SIZE = 20

/**
 * A list as the provider gave it, with nothing in it but what the key may use. Where a page has too little of that, the
 * pages after it are fetched, until there is as much as the client asked for. Throws what cannot be read as a list.
 */
export async function ownList(
  access: ResourceAccess,
  key: VirtualKey,
  source: ListSource,
  first: unknown,
): Promise<unknown> {
  if (Array.isArray(first)) return (await ownItems(access, key, objects(first))).items
  const name = listIn(first)
  if (name === undefined) return first
  const url = new URL(source.target.origin + source.target.path)
  const wanted = Number(url.searchParams.get('limit') ?? url.searchParams.get('page_size')) || DEFAULT_SIZE
  let page = object(first)
  const own: Json[] = []
  let more = true
  for (let pages = 1; ; pages++) {
    const { items } = await ownItems(access, key, objects(page[name]))
    own.push(...items)
    const next = nextPage(url, page, name)
    more = next !== undefined
    if (!next || own.length >= wanted || pages === MAX_PAGES) break
    page = object(await fetchPage(source, next))
  }
  return shown(object(first), page, name, own, { wanted, more })
}

/** The member that holds the items: the first that is a list. */
function listIn(document: unknown): string | undefined {
  const entries = Object.entries(object(document))
  return entries.find(([, value]) => Array.isArray(value))?.[0]
}

async function ownItems({ book }: ResourceAccess, key: VirtualKey, items: readonly Json[]) {
  const ids = items.map(idOf)
  const owners = await Promise.resolve(
    book.owners(
      ids.filter((id) => id !== ''),
      { list: true },
    ),
  ).catch((cause: unknown) => {
    throw new LiteLLMError('resource_owner_unknown', { cause })
  })
  const own = items.filter((item) => {
    const id = idOf(item)
    return id !== '' && mayUseResource(key, id, owners.get(id))
  })
  for (const item of own) rememberOutputs(book, item, owners.get(idOf(item)))
  return { items: own }
}

/** Files that a batch has made are its owner's, who may learn of them here first. */
function rememberOutputs(book: ResourceAccess['book'], item: Json, owner: ResourceOwner | undefined): void {
  if (owner) book.remember(resourcesMadeIn(item), owner)
}

function idOf({ id, name, job_id, invocationArn }: Json): string {
  return plainResourceId(text(id ?? name ?? job_id ?? invocationArn) ?? '')
}

/** The address of the page after this one. Backwards one page is all that is looked at. */
function nextPage(url: URL, page: Json, name: string): string | undefined {
  const next = new URL(url)
  const token = text(page.nextPageToken) ?? text(page.nextToken)
  if (token !== undefined) {
    next.searchParams.set(page.nextToken === undefined ? 'pageToken' : 'nextToken', token)
    return next.pathname + next.search
  }
  const last = text(object(objects(page[name]).at(-1)).id)
  const isBackwards = next.searchParams.has('before') || next.searchParams.has('before_id')
  if (page.has_more !== true || last === undefined || isBackwards) return undefined
  next.searchParams.set(
    /\/(?:messages\/batches|skills)$/.test(url.pathname) || isAnthropic(page) ? 'after_id' : 'after',
    last,
  )
  next.searchParams.set('limit', PAGE_SIZE)
  return next.pathname + next.search
}

/** OpenAI's lists say that they are lists. */
function isAnthropic(page: Json): boolean {
  return page.object === undefined && 'first_id' in page
}

function shown(
  first: Json,
  last: Json,
  name: string,
  own: readonly Json[],
  { wanted, more }: { readonly wanted: number; readonly more: boolean },
): Json {
  // Google's pages are continued behind the last one that was fetched, OpenAI's behind the last item that is shown.
  const isByItem = 'has_more' in first
  const items = isByItem ? own.slice(0, wanted) : own
  const changed: Record<string, unknown> = { ...first, [name]: items }
  if (isByItem) changed.has_more = items.length > 0 && (own.length > items.length || more)
  if ('first_id' in first) changed.first_id = items[0]?.id ?? null
  if ('last_id' in first) changed.last_id = items.at(-1)?.id ?? null
  for (const count of ['total', 'total_count', 'totalSize']) if (count in first) changed[count] = items.length
  for (const token of ['nextPageToken', 'nextToken']) {
    delete changed[token]
    if (last[token] !== undefined) changed[token] = last[token]
  }
  return changed
}

async function fetchPage(source: ListSource, path: string): Promise<unknown> {
  return await askForJson(source, path).catch((cause: Error) => {
    const message = `A page of this list could not be read. ${cause.message}`
    throw new LiteLLMError('upstream_error', { cause, message })
  })
}
