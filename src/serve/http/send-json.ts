import type { FastifyInstance, FastifyReply } from 'fastify'
import { gzipped, MIN_ZIPPED, takesGzip } from './gzip.ts'

/** JSON that is written already, in pieces; `zipped` where it can be packed at little cost. */
export type JsonBody = { readonly plain: readonly Uint8Array[]; readonly zipped?: () => readonly Uint8Array[] }

const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0)

const pack = async ({ plain, zipped }: JsonBody): Promise<readonly Uint8Array[]> =>
  zipped ? zipped() : [await gzipped(Buffer.concat(plain))]

/** Sends JSON piece by piece as it is, packed for those who take it so. */
export const sendJson = async (reply: FastifyReply, body: JsonBody): Promise<FastifyReply> => {
  const isZipped = sizeOf(body.plain) >= MIN_ZIPPED && takesGzip(reply.request.headers['accept-encoding'])
  reply.hijack()
  const pieces = isZipped ? await pack(body) : body.plain
  void reply.headers({ 'content-type': 'application/json; charset=utf-8', 'content-length': sizeOf(pieces) })
  if (isZipped) void reply.header('content-encoding', 'gzip')
  const { raw } = reply
  raw.statusCode = reply.statusCode
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  for (const piece of pieces) raw.write(piece)
  raw.end()
  return reply
}

/** Packs every other text that is long enough. Events are never held up by it: they are no answer that ends. */
export const zipTexts = (app: FastifyInstance): void => {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < MIN_ZIPPED || reply.hasHeader('content-encoding'))
      return payload
    if (!takesGzip(request.headers['accept-encoding'])) return payload
    void reply.removeHeader('content-length').header('content-encoding', 'gzip')
    return gzipped(payload)
  })
}
