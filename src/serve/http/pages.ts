import { gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { takesGzip } from './gzip.ts'
import type { WebFile } from './web-app.ts'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin'
}

/** A year: the name of such a file says what is in it. */
const FOR_GOOD = 'public, max-age=31536000, immutable'

type Page = WebFile & { readonly zipped: Buffer; readonly cache: string }

const send = (page: Page, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const takesZipped = takesGzip(headers['accept-encoding'])
  void reply.headers({ ...HEADERS, 'content-type': page.type, 'cache-control': page.cache, vary: 'accept-encoding' })
  if (takesZipped) void reply.header('content-encoding', 'gzip')
  return reply.send(takesZipped ? page.zipped : page.body)
}

/** True where a browser wants a page: views of the dashboard have addresses of their own. */
const isView = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && /^\/[a-z]*(\?|$)/.test(url) && /\btext\/html\b/.test(headers.accept ?? '')

/** Serves the dashboard. Returns what answers a request for one of its views; undefined for any other. */
export const mountPages = (app: FastifyInstance, files: ReadonlyMap<string, WebFile>) => {
  const pages = new Map<string, Page>()
  for (const [path, file] of files) {
    const cache = /-[0-9a-f]{12}\./.test(path) ? FOR_GOOD : 'no-cache'
    const page = { ...file, zipped: gzipSync(file.body), cache }
    pages.set(path, page)
    app.get(path, (request, reply) => send(page, request, reply))
  }
  const start = pages.get('/')
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined =>
    start && isView(request) ? send(start, request, reply) : undefined
}
