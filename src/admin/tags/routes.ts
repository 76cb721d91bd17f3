import type { Endpoint } from '../endpoint.ts'
import { deleteTag } from './delete.ts'
import { getTagInfo, listTags } from './info.ts'
import { newTag } from './new.ts'
import { updateTag } from './update.ts'

export const TAG_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /tag/new': newTag,
  'POST /tag/info': getTagInfo,
  'GET /tag/list': listTags,
  'POST /tag/update': updateTag,
  'POST /tag/delete': deleteTag,
}
