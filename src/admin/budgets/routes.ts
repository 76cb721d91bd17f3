import type { Endpoint } from '../endpoint.ts'
import { deleteBudget } from './delete.ts'
import { getBudgetInfo, getBudgetSettings, listBudgets } from './info.ts'
import { newBudget } from './new.ts'
import { updateBudget } from './update.ts'

export const BUDGET_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /budget/new': newBudget,
  'POST /budget/info': getBudgetInfo,
  'GET /budget/list': listBudgets,
  'GET /budget/settings': getBudgetSettings,
  'POST /budget/update': updateBudget,
  'POST /budget/delete': deleteBudget,
}
