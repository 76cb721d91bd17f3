import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { TABLES } from '../tables.ts'
import { getTag } from './tag.ts'

/** `POST /tag/delete`. */
export const deleteTag = endpoint({
  access: 'admin',
  body: z.looseObject({ name: needed.text }),
  async run({ store, body: { name } }) {
    const before = await getTag(store, name)
    await store.write({
      steps: [{ kind: 'delete', table: TABLES.tags, rows: [{ id: { tag_name: name } }] }],
      audit: [{ action: 'deleted', table: TABLES.tags, id: name, before }],
      forget: '*',
    })
    return { message: `Tag ${name} deleted successfully` }
  },
})
