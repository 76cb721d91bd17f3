import type { Endpoint } from '../endpoint.ts'
import { getKeyAliases } from './aliases.ts'
import { blockKey, unblockKey } from './block.ts'
import { bulkUpdateKeys } from './bulk-update.ts'
import { deleteKeys } from './delete.ts'
import { generateKey } from './generate.ts'
import { generateServiceAccountKey } from './generate-service-account.ts'
import { getKeyInfo, getKeysInfo } from './info.ts'
import { listKeysEndpoint } from './list.ts'
import { regenerateKey } from './regenerate.ts'
import { resetKeySpend } from './reset-spend.ts'
import { updateKey } from './update.ts'

export const KEY_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /key/generate': generateKey,
  'POST /key/service-account/generate': generateServiceAccountKey,
  'GET /key/info': getKeyInfo,
  'POST /v2/key/info': getKeysInfo,
  'GET /key/list': listKeysEndpoint,
  'GET /key/aliases': getKeyAliases,
  'POST /key/update': updateKey,
  'POST /key/bulk_update': bulkUpdateKeys,
  'POST /key/delete': deleteKeys,
  'POST /key/block': blockKey,
  'POST /key/unblock': unblockKey,
  'POST /key/regenerate': regenerateKey,
  'POST /key/{key}/regenerate': regenerateKey,
  'POST /key/{key}/reset_spend': resetKeySpend,
}
