import { LiteLLMError } from '../../errors.ts'
import type { Next } from '../../lib/http/middleware.ts'
import { secretsIn, withoutQuoted } from '../../lib/secrets.ts'
import { failureOfAnswer } from '../../models/routing/cooldown/error-class.ts'
import { retryAfterMsOf } from '../../models/routing/cooldown/retry-after.ts'
import type { Call, Deployment, Json } from '../../types.ts'
import { object } from '../../usage/shapes/reader.ts'
import { answerJson } from '../answer/answer.ts'
import { litellmError, type UpstreamError } from '../answer/litellm-error.ts'
import { errorOf, outcomeErrorOf } from '../answer/outcome-of.ts'
import { upstreamWords } from '../answer/upstream-words.ts'
import type { AnswerBody, AnswerHead, AnswerTranslation, RelayOptions, TryEnd } from './answer-body.ts'
import { ownHeaders } from './translated-try.ts'

/** An error that says more than this is cut: no client reads it, and it must not fill the memory. */
const MAX_ERROR_BYTES = 256 * 1024
/** What an upstream has said, and what the router takes it for. */
type Said = Pick<UpstreamError, 'text' | 'body' | 'class'>

/** Statuses with which upstreams refuse a field that they do not know. */
const REJECTING: ReadonlySet<number> = new Set([400, 422])

/**
 * An upstream's error. One in the shape that OpenAI clients parse is sent as it is, and so is any JSON to clients of the
 * provider's own API; everything else is put into that shape with the upstream's status, and all of them where errors are
 * wrapped as LiteLLM does. The provider key is taken out should the upstream have quoted it.
 */
export function errorAnswer(
  options: RelayOptions,
  head: AnswerHead,
  end: TryEnd,
  next: Next,
  signature: Deployment['headers'] = {},
): AnswerBody {
  const { res, observer, deployment, context } = options
  const isNative = context.call !== undefined && !context.call.shape.startsWith('openai-')
  const pieces: Buffer[] = []
  let size = 0

  return {
    onData(bytes) {
      if (size > MAX_ERROR_BYTES) return
      // What a redirect says is the answer to no call.
      if (!isRedirect(head)) observer?.push(bytes)
      pieces.push(bytes)
      size += bytes.length
    },
    onEnd() {
      const text = withoutQuoted(
        Buffer.concat(pieces).toString('utf8'),
        secretsIn({ ...deployment.headers, ...signature }),
      )
      const body = parse(text)
      const words = memo(() => upstreamWords(body ?? text, context.call, deployment))
      const failure = failureOfAnswer(head.statusCode, body ?? text)
      end.failed({
        failure,
        retryAfterMs: retryAfterMsOf(head.upstream, Date.now()),
        answered: false,
        namesOwn: head.statusCode === 404 && context.call && namesOwn(object(body), text, context.call),
        rejectsAsking: REJECTING.has(head.statusCode) && /stream_options|include_usage/.test(text),
        words,
        deliver: () => deliver({ text, body, class: failure.class }, words),
      })
    },
  }

  function deliver(said: Said, words: () => string | undefined) {
    const { text, body } = said
    if (isRedirect(head)) return refuseRedirect()
    const error = outcomeErrorOf(head.statusCode, object(body), words())
    if (error) observer?.fail(error)
    if (options.wrapsErrors && context.call) return next(litellmError(inFull(said, context.call)))
    if (options.translated) return deliverTranslated(options.translated, body ?? text)
    const isTheirs = isNative && typeof body === 'object'
    if (!isTheirs && typeof object(body).error !== 'object') return next(wrapped(head, text))
    if (!res.destroyed) res.writeHead(head.statusCode, { ...head.headers, 'content-length': Buffer.byteLength(text) })
    res.end(text)
  }

  function inFull(said: Said, call: Call): UpstreamError {
    return {
      ...{ ...said, status: head.statusCode, provider: deployment.provider },
      shape: options.translated?.translation.client.shape ?? call.shape,
      group: context.route?.group ?? call.modelGroup,
      isFallback: (context.route?.fallbacks ?? 0) > 0,
      headers: headersOfError(head),
    }
  }

  function deliverTranslated({ translation: { provider, client } }: AnswerTranslation, said: unknown) {
    const told = client.error(provider.error(head.statusCode, said))
    if (!res.destroyed) answerJson(res, head.statusCode, told, ownHeaders(head))
  }

  /** It would make the client talk to an address that an upstream chose. */
  function refuseRedirect() {
    const message = `The upstream answered with a redirect (${head.statusCode}). Check the \`api_base\` of the model.`
    observer?.fail(errorOf(502, message))
    next(new LiteLLMError('upstream_error', { status: 502, message }))
  }
}

function isRedirect({ statusCode }: AnswerHead): boolean {
  return statusCode < 400
}

/** Parameters whose absence at the provider is no fault of the request. */
const NOT_OWN: ReadonlySet<unknown> = new Set(['model', '', undefined, null])
/** Shorter texts stand in messages by chance. */
const MIN_QUOTED = 6
const MAX_SEARCHED_BYTES = 64 << 10

/** Whether an error names a parameter of the call, or quotes what the call says in one, the model apart. */
function namesOwn(body: Json, text: string, { json, body: bytes }: Call): boolean {
  if (!NOT_OWN.has(object(body.error).param)) return true
  if (!json || (bytes?.length ?? 0) > MAX_SEARCHED_BYTES) return false
  const { model: _, ...own } = json
  return textsIn(own).some((quoted) => quoted.length >= MIN_QUOTED && text.includes(quoted))
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function wrapped(head: AnswerHead, text: string): LiteLLMError {
  return new LiteLLMError('upstream_error', {
    status: head.statusCode,
    message: text.trim().slice(0, 2_000) || `The upstream answered with status ${head.statusCode}.`,
    headers: headersOfError(head),
  })
}

/** What an upstream quotes of a long request takes time to find out: once is enough. */
function memo<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined
  return () => {
    done ??= { value: work() }
    return done.value
  }
}

/** Without what describes the body that the client does not get. */
function headersOfError({ headers }: AnswerHead): Record<string, string> {
  const { 'content-type': _type, 'content-encoding': _encoding, ...rest } = headers
  return rest as Record<string, string>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
