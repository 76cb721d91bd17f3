import { randomUUID } from 'node:crypto'
import type { Step } from '../database/changes.ts'
import type { Json } from '../types.ts'

const TABLE = 'LiteLLM_ObjectPermissionTable'
const LISTS = ['mcp_servers', 'mcp_access_groups', 'vector_stores', 'agents', 'agent_access_groups', 'models']
const LATER_LISTS = ['blocked_tools', 'mcp_toolsets', 'search_tools', 'skills']

export interface PermissionPlan {
  readonly id: string | undefined
  readonly steps: readonly Step[]
}

/** The row for what a request says about objects: a new one, or the one that is linked already with what it says now. */
export function planPermission(request: Json | null | undefined, linked?: unknown): PermissionPlan {
  if (!request) return { id: undefined, steps: [] }
  if (typeof linked === 'string') {
    const set = Object.fromEntries(Object.entries(request).filter(([name]) => name !== 'object_permission_id'))
    return {
      id: linked,
      steps: [{ kind: 'update', table: TABLE, rows: [{ id: { object_permission_id: linked }, set }] }],
    }
  }
  const id = randomUUID()
  const lists = [...LISTS, ...LATER_LISTS].map((name) => [name, request[name] ?? []])
  const row = {
    object_permission_id: id,
    mcp_tool_permissions: request.mcp_tool_permissions ?? null,
    mcp_tool_search_enabled: request.mcp_tool_search_enabled ?? null,
    ...Object.fromEntries(lists),
  }
  return { id, steps: [{ kind: 'insert', table: TABLE, rows: [row] }] }
}
