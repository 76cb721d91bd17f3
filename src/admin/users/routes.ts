import type { Endpoint } from '../endpoint.ts'
import { deleteUsers } from './delete.ts'
import { getUserInfo } from './info.ts'
import { listUsersEndpoint } from './list.ts'
import { newUser } from './new.ts'
import { updateUser } from './update.ts'

export const USER_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /user/new': newUser,
  'GET /user/info': getUserInfo,
  'GET /user/list': listUsersEndpoint,
  'POST /user/update': updateUser,
  'POST /user/delete': deleteUsers,
}
