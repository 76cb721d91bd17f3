import type { Json } from '../../types.ts'
import { bodyOf, type Check } from '../facts/check.ts'
import { pythonList } from '../facts/python-text.ts'

/** The tools that the key, else its team, may offer to models: `metadata.allowed_tools`. An empty list says nothing. */
export const checkTools: Check = ({ key }, call) => {
  const allowed = listed(key.metadata.allowed_tools) ?? listed(key.teamMetadata.allowed_tools)
  if (!allowed || !call) return undefined
  const denied = toolNamesOf(bodyOf(call)).filter((name) => !allowed.includes(name))
  if (denied.length === 0) return undefined
  return {
    code: 'tool_denied',
    param: 'tools',
    message: `Tool(s) ${pythonList(denied)} are not in the allowed tools list for this key/team.`,
  }
}

function listed(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined
}

/**
 * The names of the tools in a body, in every place where one of the API shapes has them: a name that stands where this
 * shape does not look is no way past the list.
 */
function toolNamesOf(body: Json): readonly string[] {
  const tools = [body.tools, body.functions, objectOf(body.toolConfig).tools].flatMap(arrayOf)
  return tools.flatMap(namesOf).filter((name) => typeof name === 'string' && name !== '') as string[]
}

function namesOf(tool: Json): readonly unknown[] {
  const declared = [tool.functionDeclarations, tool.function_declarations].flatMap(arrayOf)
  return [
    ...[tool.name, objectOf(tool.function).name, objectOf(tool.custom).name, objectOf(tool.toolSpec).name],
    ...(tool.type === 'mcp' ? [tool.server_label] : []),
    ...declared.map(({ name }) => name),
  ]
}

function arrayOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf) : []
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
