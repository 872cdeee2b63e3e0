import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { parseLine, type StoredPoint } from './line-protocol.ts'

/** What a request asked for. */
type WriteRequest = {
  readonly query: Readonly<Record<string, string>>
  readonly authorization: string
  readonly isGzipped: boolean
  readonly lines: readonly string[]
}

/** What a client gets. `hang up`: the connection ends; `silence`: nothing comes. */
type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang up'
  | 'silence'

/** An answer in the place of the server's own. `lost`: all is stored, and then the connection ends. */
type Answer = Reply | 'lost'

/** The write API of InfluxDB 2 in memory: points in the same place are merged field by field, types are fixed by the first write. */
export type InfluxServer = {
  readonly url: string
  readonly token: string
  readonly requests: readonly WriteRequest[]
  readonly points: () => readonly StoredPoint[]
  /** Asked before each write; null lets it be stored. */
  readonly answer: (by: (request: WriteRequest) => Answer | null) => void
  /** The most requests that were in work at the same moment. */
  readonly atOnce: () => number
  /** Requests that are in work now. */
  readonly inWork: () => number
  readonly close: () => Promise<void>
}

const TOKEN = 'a-token'

type Store = { readonly points: Map<string, StoredPoint>; readonly types: Map<string, string> }

const keyOf = ({ measurement, tags, time }: StoredPoint): string => {
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${measurement} ${JSON.stringify(sorted)} ${time}`
}

const merge = ({ points, types }: Store, point: StoredPoint): string | null => {
  for (const [name, { type }] of Object.entries(point.fields)) {
    const known = types.get(`${point.measurement} ${name}`) ?? type
    if (known !== type)
      return `input field "${name}" on measurement "${point.measurement}" is type ${type}, already exists as type ${known}`
    types.set(`${point.measurement} ${name}`, type)
  }
  const key = keyOf(point)
  points.set(key, { ...point, fields: { ...points.get(key)?.fields, ...point.fields } })
  return null
}

const problem = (status: number, code: string, message: string): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ code, message })
})

/** A line that cannot be parsed refuses the request; fields of another type refuse their points alone. */
const storeLines = (store: Store, lines: readonly string[]): Reply => {
  const parsed: StoredPoint[] = []
  try {
    parsed.push(...lines.map(parseLine))
  } catch (error) {
    return problem(400, 'invalid', error instanceof Error ? error.message : String(error))
  }
  const conflicts = parsed.map(point => merge(store, point)).filter(words => words !== null)
  if (conflicts.length === 0) return { status: 204 }
  const words = `partial write: field type conflict: ${conflicts[0]} dropped=${conflicts.length}`
  return problem(422, 'unprocessable entity', `failure writing points to database: ${words}`)
}

const read = async (message: IncomingMessage): Promise<WriteRequest> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk))
  const isGzipped = message.headers['content-encoding'] === 'gzip'
  const bytes = Buffer.concat(chunks)
  const url = new URL(message.url ?? '/', 'http://here')
  return {
    query: { path: url.pathname, ...Object.fromEntries(url.searchParams) },
    authorization: message.headers.authorization ?? '',
    isGzipped,
    lines: (isGzipped ? gunzipSync(bytes) : bytes).toString().split('\n').filter(Boolean)
  }
}

const reply = (response: ServerResponse, answer: Reply): void => {
  if (answer === 'hang up') response.destroy()
  else if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body)
}

/** Starts one on a free port. Writes need its token. */
export const startInfluxServer = async (): Promise<InfluxServer> => {
  const store: Store = { points: new Map(), types: new Map() }
  const requests: WriteRequest[] = []
  let own: (request: WriteRequest) => Answer | null = () => null
  let [working, most] = [0, 0]
  const answerTo = (request: WriteRequest): Reply => {
    const given = own(request)
    if (given !== null && given !== 'lost') return given
    if (request.query.path !== '/api/v2/write') return problem(404, 'not found', 'path not found')
    if (request.authorization !== `Token ${TOKEN}`) return problem(401, 'unauthorized', 'unauthorized access')
    const stored = storeLines(store, request.lines)
    return given === 'lost' ? 'hang up' : stored
  }
  const server = createServer(async (message, response) => {
    most = Math.max(most, ++working)
    response.on('close', () => working--)
    const request = await read(message).catch(() => null)
    if (!request) return
    requests.push(request)
    reply(response, answerTo(request))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`,
    token: TOKEN,
    requests,
    points: () => [...store.points.values()],
    answer: answers => {
      own = answers
    },
    atOnce: () => most,
    inWork: () => working,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}
