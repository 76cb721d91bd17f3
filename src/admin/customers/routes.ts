import type { Endpoint } from '../endpoint.ts'
import { blockCustomers, unblockCustomers } from './block.ts'
import { deleteCustomers } from './delete.ts'
import { getCustomerInfo, listCustomers } from './info.ts'
import { newCustomer } from './new.ts'
import { updateCustomer } from './update.ts'

/** LiteLLM has two names for its customers. */
export const CUSTOMER_ROUTES: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  ['/customer', '/end_user'].flatMap((prefix) => [
    [`POST ${prefix}/new`, newCustomer],
    [`GET ${prefix}/info`, getCustomerInfo],
    [`GET ${prefix}/list`, listCustomers],
    [`POST ${prefix}/update`, updateCustomer],
    [`POST ${prefix}/delete`, deleteCustomers],
    [`POST ${prefix}/block`, blockCustomers],
    [`POST ${prefix}/unblock`, unblockCustomers],
  ]),
)
