import { verifySignature } from './aws.ts'
import { sendJson, startUpstream } from './upstream.ts'

/**
 * A bucket of S3 (path style) and of Google in one server. Strict: S3 wants requests that are signed with the keys of
 * `aws.ts`, Google the token that it gives out at `/token`. What is not there is 404.
 */
export async function startObjectStore() {
  const objects = new Map<string, string>()
  const store = await startUpstream((res, { method, url, headers, body }) => {
    if (url === '/token') return sendJson(res, 200, { access_token: 'google-token', expires_in: 3600 })
    const google = /^\/(?:upload\/)?storage\/v1\/b\/logs\/o(?:\/([^?]+)\?alt=media|\?uploadType=media&name=(.+))$/.exec(
      url,
    )
    if (google ? headers.authorization !== 'Bearer google-token' : !isSigned({ method, url, headers, body })) {
      return void res.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
    }
    const key = decodeURIComponent(google ? (google[1] ?? google[2])! : url.replace('/logs/', ''))
    if (method !== 'GET') {
      objects.set(key, String(body))
      return void res.end()
    }
    const found = objects.get(key)
    res.writeHead(found === undefined ? 404 : 200).end(found)
  })
  return { ...store, url: new URL(store.url).origin, objects }
}

function isSigned(request: Parameters<typeof verifySignature>[0]): boolean {
  try {
    return verifySignature(request).service === 's3'
  } catch {
    return false
  }
}
