import { renameSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import { openCandleFile, type Reading, STRICT } from '../../src/research/bars/candle-file.ts'
import type { CandleRow } from '../../src/research/bars/candle-row.ts'
import { folder, HEADER, MINUTE, ofCloses, START } from './candle-csv.ts'

const files = folder()
afterAll(files.remove)

let count = 0

const read = async (text: string, ending = 'csv', reading: Reading = STRICT) => {
  const file = await openCandleFile(files.write(`file-${count++}.${ending}`, text), reading)
  const rows: CandleRow[] = []
  for await (const row of file.candles) rows.push(row)
  return { ...file, rows }
}

const row = (n: number, close: number | string = 10): string => `${START + n * MINUTE},10,12,9,${close},3`

const lines = (...rows: readonly string[]): string => [HEADER, ...rows].join('\n')

describe('a file of candles', () => {
  test('is read with its numbers, its name, and how far its candles are apart', async () => {
    const { name, spacingMs, rows } = await read(lines(row(0), row(1, 11.5), row(2)))
    expect(name).toBe('file-0')
    expect(spacingMs).toBe(MINUTE)
    expect(rows[1]).toMatchObject({
      at: 3,
      openTime: START + MINUTE,
      open: 10,
      high: 12,
      low: 9,
      close: 11.5,
      volume: 3
    })
    expect(rows).toHaveLength(3)
  })

  test('may have its columns in any order, quoted, and others between them', async () => {
    const text = '\uFEFF"close",symbol,volume,low,high,open,"open_time"\r\n'
    const { rows } = await read(`${text}"10.5",X,3,9,12,10,${START}\r\n11,X,3,9,12,10,${START + MINUTE}\r\n\r\n`)
    expect(rows.map(({ close, openTime }) => [close, openTime])).toEqual([
      [10.5, START],
      [11, START + MINUTE]
    ])
  })

  test.each([
    '2024-08-09T00:00:00Z',
    '2024-08-09T00:00:00.000Z',
    '2024-08-09 00:00:00+00',
    '2024-08-09',
    '2024-08-09T02:00:00+02:00'
  ])('may say its times as %s', async time => {
    const { rows } = await read(lines(`${time},10,12,9,10,3`, row(1)))
    expect(rows[0]?.openTime).toBe(START)
  })

  test('may spell its columns as the topics or as the database', async () => {
    const named = (header: string) => read([header, row(0), row(1)].join('\n'))
    const [here, there] = [await named(HEADER), await named('open_time,open,high,low,close,volume')]
    expect(here.rows).toEqual(there.rows)
    await expect(named('openTime,open,high,low,close,open_time')).rejects.toThrow('has openTime twice')
    await expect(read(`${HEADER},open_time\n${row(0)},${START}`)).rejects.toThrow('has openTime twice')
  })

  test('may end with a candle that was open yet, which is left out', async () => {
    const { rows } = await read(`${HEADER},final\n${row(0)},true\n${row(1)},t\n${row(2)},false`)
    expect(rows.map(({ openTime }) => openTime)).toEqual([START, START + MINUTE])
  })

  test('may be packed by gzip', async () => {
    const plain = ofCloses(Array.from({ length: 5_000 }, (_, n) => 100 + n))
    expect((await read(plain, 'csv.gz')).rows).toEqual((await read(plain)).rows)
  })

  test('is what its bytes say, whatever its name says', async () => {
    renameSync(files.write('plain.csv', ofCloses([1, 2])), files.at('plain.csv.gz'))
    expect((await openCandleFile(files.at('plain.csv.gz'))).name).toBe('plain')
  })

  test.each(['quoteVolume', 'quote_volume'])('takes what was paid from %s where it stands', async name => {
    const { rows } = await read(`${HEADER},${name}\n${row(0)},31.5\n${row(1)},32`)
    expect(rows[0]?.quoteVolume).toBe(31.5)
  })

  test('otherwise takes it from the typical price', async () => {
    expect((await read(lines(row(0), row(1)))).rows[0]?.quoteVolume).toBeCloseTo(((12 + 9 + 10) / 3) * 3, 12)
  })
})

describe('what is missing', () => {
  const allow = async (text: string) => {
    const said: string[] = []
    const { rows } = await read(text, 'csv', { allowGaps: true, onRead: line => said.push(line) })
    return { rows, said: said.join('\n') }
  }

  test('is counted in all the file before it is refused', async () => {
    await expect(read(lines(row(0), row(1), row(4), row(5), row(7)))).rejects.toThrow(
      /line 4: a gap: candles are 60 s apart, .*; 2 such places in all, 3 candles missing; --allow-gaps/
    )
  })

  test('may be allowed, and is told', async () => {
    const { rows, said } = await allow(lines(row(0), row(1), row(4), row(5), row(7)))
    expect(rows).toHaveLength(5)
    expect(said).toContain('2 gaps of 3 candles in all, the longest of 2m after 2024-08-09T00:01:00Z')
  })

  test('may stand there as rows without prices', async () => {
    const nothing = (n: number): string => `${START + n * MINUTE},NaN,NaN,NaN,NaN,NaN`
    const { rows, said } = await allow(lines(row(0), row(1), nothing(2), row(3)))
    expect(rows).toHaveLength(3)
    expect(said).toContain('1 gap of 1 candle in all')
    expect(said).toContain('1 row without prices left out')
  })

  test('is nothing where one row stands twice', async () => {
    const { rows, said } = await allow(lines(row(0), row(1), row(1), row(2)))
    expect(rows).toHaveLength(3)
    expect(said).toContain('no gap; 1 row twice, taken once')
  })

  test('is nothing between the months of a calendar', async () => {
    const months = ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']
    const { rows, said } = await allow(lines(...months.map(month => `${month},10,12,9,10,3`)))
    expect(rows).toHaveLength(4)
    expect(said).toContain('4 candles of 1M')
    expect(said).toContain('no gap')
  })
})

const refused: readonly (readonly [what: string, bytes: Buffer, said: RegExp])[] = [
  ['a workbook', Buffer.from('\xd0\xcf\x11\xe0 and so on', 'latin1'), /workbook of Excel; save its sheet as CSV/],
  ['SQLite', Buffer.from('SQLite format 3\0'), /database of SQLite; export its table as CSV/],
  ['bzip2', Buffer.from('BZh91AY'), /packed by bzip2; unpack it first/],
  ['a web page', Buffer.from('<!doctype html><html>'), /a web page; download the file itself/],
  ['half a zip', Buffer.from('PK\x03\x04 and so on', 'latin1'), /cannot be read: /],
  ['half a Parquet', Buffer.from('PAR1 and so on, and no end'), /cannot be read: /],
  ['half an Arrow', Buffer.from('ARROW1\0\0 and so on'), /cannot be read: /],
  [
    'half a JSON in gzip',
    gzipSync(JSON.stringify(Array(5_000).fill([START, 1, 2, 1, 1, 1]))).subarray(0, 60),
    /cannot be read: /
  ],
  ['half a JSON', Buffer.from('[[1723161600000,1,2'), /is no JSON: /],
  ['JSON without rows', Buffer.from('{"error":["EQuery:Unknown asset pair"]}'), /has no list of candles/]
]

describe('what is no table is refused with the way out:', () => {
  test.each(refused)('%s', async (_what, bytes, said) => {
    const path = files.at(`refused-${count++}`)
    writeFileSync(path, bytes)
    await expect(openCandleFile(path)).rejects.toMatchObject({
      code: 'TS-DATA',
      message: expect.stringMatching(said)
    })
  })
})

const long = Array.from({ length: 30 }, (_, n) => row(n))

const broken: readonly (readonly [what: string, text: string, said: RegExp])[] = [
  [
    'a column that is missing',
    `openTime,open,high,low,clse,volume\n${row(0)}`,
    /line 1: the header has no close .*clse/
  ],
  ['a column that stands twice', `${HEADER},close\n${row(0)},1`, /line 1: the header has close twice/],
  ['neither header nor candles', 'a,b,c\n1,2,3', /line 1: neither a header of candles nor a candle: a,b,c/],
  [
    'columns in an order that is none',
    `${START},10,12,9,13\n${START + MINUTE},10,12,9,13`,
    /line 1: no header, and no known order/
  ],
  ['a cell too few', lines(row(0), `${START + MINUTE},1,2`), /line 3: 3 columns, where the header has 6/],
  ['what is no number', lines(row(0), row(1, 'n/a')), /line 3: close "n\/a" is not a number above 0/],
  ['an empty cell', lines(row(0), row(1, '')), /line 3: close "" is not a number/],
  ['infinity', lines(row(0), row(1, 'Infinity')), /line 3: close "Infinity"/],
  ['a number that is no time', lines('17231616,10,12,9,10,3', row(1)), /line 2: openTime "17231616" is no time/],
  ['a day that is none', lines('2024-02-31T00:00:00Z,10,12,9,10,3', row(1)), /line 2: openTime "2024-02-31/],
  ['a close above the high', lines(row(0), row(1, 13)), /line 3: .*close 13 do not lie between low 9 and high 12/],
  [
    'a time twice',
    lines(row(0), row(1), row(1, 11)),
    /line 4: 2024-08-09T00:01:00Z stands in the line before .* other figures/
  ],
  ['times to and fro', lines(row(1), row(0), row(2)), /line 3: .* sort the candles by openTime/],
  [
    'candles of two instruments',
    `symbol,${HEADER}\nBTC,${row(0)}\nETH,${row(0)}`,
    /line 3: candles of ETH after those of BTC; give a file of one/
  ],
  [
    'days that may be months',
    lines('08/09/2024,10,12,9,10,3', '08/10/2024,10,12,9,10,3'),
    /line 2: "08\/09\/2024" has two readings/
  ],
  ['an unsorted time late', lines(...long, row(5)), /line 32: .* sort the candles by openTime/],
  [
    'a gap',
    lines(...long, row(31)),
    /line 32: a gap: candles are 60 s apart, but .* is 120 s after .*; --allow-gaps goes on/
  ],
  ['a gap at the beginning', lines(row(0), ...long.slice(3)), /line 3: a gap/],
  ['nothing', '', /has no candle/],
  ['a header alone', HEADER, /has no candle/],
  ['one candle', lines(row(0)), /has one candle/]
]

describe('a file that is wrong is named, with the line:', () => {
  test.each(broken)('%s', async (_what, text, said) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'TS-DATA', message: expect.stringMatching(said) })
  })

  test('one that is not there is wrong usage', async () => {
    await expect(openCandleFile(files.at('none.csv'))).rejects.toMatchObject({
      code: 'TS-CONFIG',
      message: expect.stringContaining('none.csv cannot be read')
    })
  })

  test('one that is packed by gzip and cut', async () => {
    writeFileSync(
      files.at('cut.csv.gz'),
      gzipSync(ofCloses(Array.from({ length: 900 }, (_, n) => n + 1))).subarray(0, 900)
    )
    const cut = async () => {
      for await (const _ of (await openCandleFile(files.at('cut.csv.gz'))).candles);
    }
    await expect(cut()).rejects.toMatchObject({ code: 'TS-DATA' })
  })

  test('one without lines', async () => {
    await expect(read('x'.repeat(3_000_000))).rejects.toMatchObject({
      message: expect.stringContaining('no text of lines')
    })
  })
})
