import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { registry } from '../src/cli/registry.ts'
import { type Imports, importsIn, readImports, sourcePaths, withoutComments } from './support/imports.ts'

/** The import table: a room may import itself, the rooms named here, and `node:*` and npm packages where `outside` says so. */
const STAGE_EDGE = ['market', 'stream', 'topics.ts', 'runtime']
const TABLE: Readonly<Record<string, { readonly rooms: readonly string[]; readonly outside: boolean }>> = {
  market: { rooms: [], outside: false },
  stream: { rooms: ['market'], outside: false },
  'topics.ts': { rooms: ['market', 'stream'], outside: false },
  files: { rooms: ['market'], outside: true },
  exchange: { rooms: ['market'], outside: false },
  aggregate: { rooms: ['market', 'stream', 'topics.ts'], outside: false },
  analyze: { rooms: ['market', 'stream', 'topics.ts'], outside: false },
  alert: { rooms: ['market', 'stream', 'topics.ts'], outside: false },
  runtime: { rooms: ['market', 'stream'], outside: true },
  kafka: { rooms: STAGE_EDGE, outside: true },
  ingest: { rooms: [...STAGE_EDGE, 'exchange'], outside: true },
  simulate: { rooms: [...STAGE_EDGE, 'exchange'], outside: true },
  lake: { rooms: STAGE_EDGE, outside: true },
  sink: { rooms: [...STAGE_EDGE, 'lake'], outside: true },
  archive: { rooms: [...STAGE_EDGE, 'files', 'exchange', 'lake', 'sink'], outside: true },
  serve: { rooms: STAGE_EDGE, outside: true },
  web: { rooms: ['market'], outside: true },
  replay: { rooms: [...STAGE_EDGE, 'lake'], outside: true },
  research: {
    rooms: [...STAGE_EDGE, 'files', 'lake', 'exchange', 'analyze', 'kafka', 'ingest', 'sink', 'replay'],
    outside: true
  },
  doctor: { rooms: [...STAGE_EDGE, 'exchange', 'kafka', 'ingest', 'sink', 'up'], outside: true },
  up: { rooms: [...STAGE_EDGE, 'exchange', 'kafka', 'ingest'], outside: true }
}

/** Runs in a browser. */
const WEB = 'web'

const SRC = resolve('src')

const roomAt = (path: string): string => path.split('/')[0]!

type Source = { readonly path: string; readonly room: string; readonly code: string; readonly lines: number }

const readSources = (root: string): readonly Source[] =>
  sourcePaths(root).map(path => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, room: roomAt(path), code: withoutComments(text), lines: text.split('\n').length - 1 }
  })

const sources = readSources(SRC)

const importsOf = ({ code }: Source): readonly string[] => importsIn(code)

const roomOf = (source: Source, specifier: string): string =>
  roomAt(relative(SRC, resolve(SRC, dirname(source.path), specifier)))

const isAllowed = (source: Source, specifier: string): boolean => {
  if (source.room === 'cli') return true
  const row = TABLE[source.room]
  if (!row) return false
  if (source.room === WEB && specifier.startsWith('node:')) return false
  if (!specifier.startsWith('.')) return row.outside
  const room = roomOf(source, specifier)
  return room === source.room || row.rooms.includes(room)
}

/** Files that import each other, however far around; each circle once, by its files. */
const circlesIn = (imports: Imports): readonly string[] => {
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) circles.push([...trail.slice(at), path].join(' -> '))
    if (at >= 0 || done.has(path)) return
    for (const next of imports.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of imports.keys()) walk(path, [])
  return circles
}

/** The folders beside each other that hold two files, each in its own; null for files of which one lies in the other's folder. */
const neighbours = (from: string, to: string): readonly [string, string] | null => {
  const [here, there] = [dirname(from).split('/'), dirname(to).split('/')]
  const parts = here.findIndex((name, at) => name !== there[at])
  if (parts < 0 || parts >= there.length) return null
  return [here.slice(0, parts + 1).join('/'), there.slice(0, parts + 1).join('/')]
}

/** Which folders import which beside them, types too; a folder counts with all below it. */
const folderImports = (imports: Imports): Imports => {
  const arrows = [...imports].flatMap(([from, found]) =>
    found.flatMap(to => [imports.has(to) ? neighbours(from, to) : null]).filter(arrow => arrow !== null)
  )
  const byFolder = Map.groupBy(arrows, ([folder]) => folder)
  return new Map([...byFolder].map(([folder, found]) => [folder, [...new Set(found.map(([, to]) => to))]]))
}

/** Folders of one file a thing: these files list them, so that a new thing is a file and a line. */
const REGISTRIES = [
  'alert/kind/registry.ts',
  'analyze/indicator/registry.ts',
  'cli/registry.ts',
  'simulate/venues/registry.ts',
  'sink/influx/measurements/measurements.ts'
]
/** The parts of an adapter, and of a venue's simulation, have the same names and places in every one. */
const ADAPTER_PART = /^(?:exchange|simulate\/venues)\/[^/]+\//
const SMALL_LINES = 30

/** Small files that are read with the one file of their room which imports them, and might as well stand in it. */
const crumbsIn = (imports: Imports, lines: ReadonlyMap<string, number>): readonly string[] => {
  const users = (path: string): readonly string[] =>
    [...imports].filter(([, found]) => found.includes(path)).map(([user]) => user)
  return [...lines]
    .filter(([path, count]) => count <= SMALL_LINES && !ADAPTER_PART.test(path))
    .map(([path]) => ({ path, by: users(path) }))
    .filter(({ path, by }) => by.length === 1 && roomAt(by[0]!) === roomAt(path))
    .filter(({ path, by }) => !REGISTRIES.includes(by[0]!) && !REGISTRIES.includes(path))
    .map(({ path }) => path)
}

const where = (pattern: RegExp): readonly string[] =>
  sources.filter(({ code }) => pattern.test(code)).map(({ path }) => path)

describe('the house', () => {
  test('imports are found in every form', () => {
    const code = `import a from './a.ts'\nimport type { B } from "b"\nexport { c } from './c.ts'\nimport 'd'\nawait import('./e.ts')`
    expect(importsOf({ path: '', room: '', code, lines: 0 })).toEqual(['./a.ts', 'b', './c.ts', 'd', './e.ts'])
  })

  test('a room that reaches where the table does not allow is found', () => {
    const ingest: Source = { path: 'ingest/feed/feed.ts', room: 'ingest', code: '', lines: 0 }
    expect(isAllowed(ingest, '../../kafka/client/client.ts')).toBe(false)
    expect(isAllowed(ingest, '../../market/time.ts')).toBe(true)
    expect(isAllowed({ ...ingest, room: 'aggregate' }, 'node:fs')).toBe(false)
    const page: Source = { path: 'web/app.tsx', room: 'web', code: '', lines: 0 }
    expect(isAllowed(page, '../market/interval.ts')).toBe(true)
    expect(isAllowed(page, '../serve/http/web-app.ts')).toBe(false)
    expect(isAllowed(page, '../runtime/clock.ts')).toBe(false)
    expect(isAllowed(page, 'node:fs')).toBe(false)
  })

  test('every room imports only what the table names', () => {
    const breaches = sources.flatMap(source =>
      importsOf(source)
        .filter(specifier => !isAllowed(source, specifier))
        .map(specifier => `${source.path} imports ${specifier}`)
    )
    expect(breaches).toEqual([])
  })

  test('a circle is found, however far around it goes', () => {
    const imports = { a: ['b'], b: ['c', 'd'], c: ['a'], d: [] }
    expect(circlesIn(new Map(Object.entries(imports)))).toEqual(['a -> b -> c -> a'])
  })

  test.each(['src', 'test', 'bench'])('no files of %s import each other in a circle', root => {
    expect(circlesIn(readImports([root]))).toEqual([])
  })

  test('folders that import each other are found, with all that is below them', () => {
    const imports = {
      'src/a/run.ts': ['src/a/read/read.ts', 'src/b/b.ts', 'node:fs'],
      'src/a/read/read.ts': ['src/a/run.ts', 'src/a/log/wire/log.ts'],
      'src/a/log/wire/log.ts': ['src/a/read/read.ts'],
      'src/b/b.ts': []
    }
    const folders = folderImports(new Map(Object.entries(imports)))
    expect(Object.fromEntries(folders)).toEqual({
      'src/a': ['src/b'],
      'src/a/read': ['src/a/log'],
      'src/a/log': ['src/a/read']
    })
    expect(circlesIn(folders)).toEqual(['src/a/read -> src/a/log -> src/a/read'])
  })

  test('no folders that stand beside each other import each other in a circle', () => {
    expect(circlesIn(folderImports(readImports(['src'])))).toEqual([])
  })

  test('no folder has more than 12 files side by side', () => {
    const folders = Map.groupBy(sources, ({ path }) => dirname(path))
    expect([...folders].filter(([, files]) => files.length > 12).map(([folder]) => folder)).toEqual([])
  })

  test('every local import carries its extension', () => {
    const bare = sources.flatMap(source =>
      importsOf(source).filter(specifier => specifier.startsWith('.') && !/\.(tsx?|json)$/.test(specifier))
    )
    expect(bare).toEqual([])
  })

  test('the Kafka client is imported in its own room alone', () => {
    const importers = sources.filter(source => importsOf(source).includes('kafkajs')).map(({ room }) => room)
    expect([...new Set(importers)]).toEqual(['kafka'])
  })

  test('paths, headers, hosts, codes and settings of Binance are named where it is spoken, and nowhere else', () => {
    // Kraken Futures has such a path as well, below another.
    const binance =
      /x-mbx|(?<!\/derivatives)\/api\/v3|\bbinance\.(?:com|us|vision)\b|\bBINANCE_(?:WS|REST)_URL\b|-1121\b/i
    const speakers = [
      /^exchange\/binance\//,
      /^simulate\//,
      /^serve\/http\/(?:dialects|api\/openapi|routes\/klines)\.ts$/
    ]
    const named = where(binance)
    expect(named.filter(path => !speakers.some(speaker => speaker.test(path)))).toEqual([])
    expect(speakers.filter(speaker => !named.some(path => speaker.test(path)))).toEqual([])
  })

  test('an adapter of an exchange is imported by the registry, and by the simulator of its protocol', () => {
    const adapters = new Set(sources.map(({ path }) => /^exchange\/([^/]+)\//.exec(path)?.[1]).filter(Boolean))
    expect(adapters.size).toBeGreaterThan(2)
    const isAdapter = (source: Source, specifier: string): boolean => {
      const [room, folder] = relative(SRC, resolve(SRC, dirname(source.path), specifier)).split('/')
      return room === 'exchange' && adapters.has(folder) && !source.path.startsWith(`exchange/${folder}/`)
    }
    const importers = sources.filter(source => importsOf(source).some(specifier => isAdapter(source, specifier)))
    expect([...new Set(importers.map(({ path, room }) => (room === 'simulate' ? room : path)))].sort()).toEqual([
      'exchange/registry.ts',
      'simulate'
    ])
  })

  test('one file reads the clock and sets timers', () => {
    const timers =
      /\b(?:Date\.now|performance\.now|setTimeout|setInterval|setImmediate)\b|node:timers|node:perf_hooks|new Date\(\)/
    const collections = 'runtime/heap.ts'
    expect([...where(timers)].filter(path => path !== collections).sort()).toEqual([
      'runtime/clock.ts',
      'web/browser/browser-clock.ts'
    ])
  })

  test('one file reads the environment', () => {
    expect(where(/\bprocess\.env\b/)).toEqual(['runtime/config/environment.ts'])
  })

  test('no file has more than 250 lines', () => {
    expect(sources.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })

  test('a small file that one file alone imports is found, and not one that a registry lists', () => {
    const lines = new Map([
      ['kafka/a.ts', 100],
      ['kafka/b.ts', 12],
      ['sink/c.ts', 12],
      ['alert/kind/registry.ts', 20],
      ['alert/kind/gap.ts', 12]
    ])
    const imports = { 'kafka/a.ts': ['kafka/b.ts', 'sink/c.ts'], 'alert/kind/registry.ts': ['alert/kind/gap.ts'] }
    expect(crumbsIn(new Map(Object.entries(imports)), lines)).toEqual(['kafka/b.ts'])
  })

  test('fewer than 20 small files are imported by one file of their room alone', () => {
    const imports = [...readImports(['src'])].map(([path, found]): [string, readonly string[]] => [
      relative('src', path),
      found.map(specifier => relative('src', specifier))
    ])
    expect(crumbsIn(new Map(imports), new Map(sources.map(({ path, lines }) => [path, lines]))).length).toBeLessThan(20)
  })

  test('files are named in kebab-case, and none is a drawer for everything', () => {
    const names = sources
      .map(({ path }) => path)
      .filter(path => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.d)?\.tsx?$/.test(path))
    expect(names).toEqual([])
    expect(sources.filter(({ path }) => /(?:^|\/)(?:index|utils|types|helpers)\.tsx?$/.test(path))).toEqual([])
  })
})

describe('the command line', () => {
  test('composes, and has fewer than 3,000 lines', () => {
    const lines = sources.filter(({ room }) => room === 'cli').map(({ lines }) => lines)
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(3_000)
  })

  test('every file that holds a command is registered, under the names that its commands have', async () => {
    const inFiles = sources.filter(({ room, code }) => room === 'cli' && /^export const commands?\b/m.test(code))
    const registered = readFileSync(join(SRC, 'cli/registry.ts'), 'utf8')
    expect(inFiles.filter(({ path }) => !registered.includes(path.replace('cli/', './')))).toEqual([])
    for (const { names, load } of registry) expect((await load()).map(({ name }) => name)).toEqual(names)
  })
})
