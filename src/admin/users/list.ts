import { z } from 'zod'
import { listUsers, USER_SORTS } from '../../litellm/sql/list-users.ts'
import { answerRow } from '../answer-row.ts'
import { endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { direction, page } from '../paging.ts'

const query = z.looseObject({
  role: text,
  user_ids: text,
  user_email: text,
  team: text,
  page: page(1),
  page_size: page(25, 100),
  sort_by: z.enum(USER_SORTS).default('created_at'),
  sort_order: direction,
})

/** `GET /user/list`: one page of users. `user_ids` is a comma list; a single one may be a part of an id. */
export const listUsersEndpoint = endpoint({
  access: 'read',
  query,
  async run({ store, query: asked }) {
    const ids = asked.user_ids?.split(',').map((id) => id.trim()) ?? []
    const { rows, total } = await listUsers(
      store.sql,
      {
        ...(asked.role && { role: asked.role }),
        ...(asked.user_email && { email: asked.user_email }),
        ...(asked.team && { team: asked.team }),
        ...(ids.length > 1 && { userIds: ids }),
        ...(ids.length === 1 && ids[0] && { userId: ids[0] }),
      },
      {
        sort: asked.sort_by,
        descending: asked.sort_order === 'desc',
        limit: asked.page_size,
        offset: (asked.page - 1) * asked.page_size,
      },
    )
    return {
      users: rows.map(answerRow),
      total,
      page: asked.page,
      page_size: asked.page_size,
      total_pages: Math.ceil(total / asked.page_size),
    }
  },
})
