import type { Json } from '../../types.ts'
import { object, objects, text } from '../shapes/reader.ts'
import { plainResourceId } from './named-resources.ts'

/** Members of an answer that name what was made beside the resource itself. */
const OUTPUTS = ['output_file_id', 'error_file_id', 'output_file', 'error_file', 'result_files']

/**
 * The ids of what a provider says in this document that it has made. Only places that a provider fills itself count:
 * `metadata` and what is quoted of the request could name the resources of others.
 */
export function resourcesMadeIn(document: Json): readonly string[] {
  const { type } = document
  if (type === 'message' || type === 'message_start')
    return idsOf([object(object(document.message ?? document).container).id])
  if (type === 'response.output_item.done') return idsOf([object(document.item).id])
  const response = object(document.response ?? document)
  if (response.object === 'response') return ofResponse(response)
  if (document.object === 'list') return objects(document.data).flatMap(ofMessage)
  return [...ofResource(document), ...ofMessage(document)]
}

function ofResponse(response: Json): readonly string[] {
  const output = objects(response.output)
  const quoted = output.flatMap(({ content }) => objects(content)).flatMap(({ annotations }) => objects(annotations))
  return idsOf([
    response.id,
    object(response.conversation).id,
    // What is not stored cannot be referred to.
    ...(response.store === false ? [] : output.map(({ id }) => id)),
    ...output.map((item) => item.container_id),
    ...quoted.map((annotation) => annotation.container_id),
  ])
}

function ofResource(document: Json): readonly string[] {
  const file = object(document.file)
  return idsOf([
    document.id ?? document.name ?? document.job_id ?? document.invocationArn ?? file.id ?? file.name,
    file.id,
    ...(document.object === 'thread.run' ? [document.thread_id] : []),
    ...OUTPUTS.flatMap((name) => document[name]),
  ])
}

/** Files that a tool has made in a thread. */
function ofMessage(message: Json): readonly string[] {
  if (message.object !== 'thread.message' || message.role !== 'assistant') return []
  return objects(message.content).flatMap((part) =>
    idsOf([
      object(part.image_file).file_id,
      ...objects(object(part.text).annotations).map((annotation) => object(annotation.file_path).file_id),
    ]),
  )
}

function idsOf(values: readonly unknown[]): readonly string[] {
  return values.flatMap((value) => text(value) ?? []).map(plainResourceId)
}
