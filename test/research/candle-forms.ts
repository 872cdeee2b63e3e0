import { gzipSync, zstdCompressSync } from 'node:zlib'

/** Candles of every form: opening at 10, 11, …, the first at the start of 2024-08-09. */
export const COUNT = 14
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.UTC(2024, 7, 9)

const candle = (n: number) => ({ o: 10 + n, h: 12.5 + n, l: 9.25 + n, c: 11 + n, v: 3 + n, q: (11 + n) * (3 + n) })
type Candle = ReturnType<typeof candle>

/** A form that candles are written in: who writes it so, and a file of it. */
export type Form = {
  readonly name: string
  readonly ending: string
  readonly content: string | Buffer
  readonly stepMs: number
  /** It has volumes. */
  readonly hasVolume: boolean
}

type Options = Partial<Omit<Form, 'name' | 'content'>> & { readonly isNewestFirst?: boolean; readonly before?: string }

const numbers = Array.from({ length: COUNT }, (_, n) => n)

/** A file of lines: a header, and a row for each candle, whose time is given in milliseconds. */
const lines = (
  name: string,
  header: string | null,
  row: (time: number, candle: Candle, n: number) => string,
  { stepMs = MINUTE, ending = 'csv', hasVolume = true, isNewestFirst = false, before }: Options = {}
): Form => {
  const rows = numbers.map(n => row(START + n * stepMs, candle(n), n))
  const text = [
    ...(before ? [before] : []),
    ...(header === null ? [] : [header]),
    ...(isNewestFirst ? rows.reverse() : rows)
  ]
  return { name, ending, content: `${text.join('\n')}\n`, stepMs, hasVolume }
}

const iso = (time: number): string => new Date(time).toISOString()
const date = (time: number): string => iso(time).slice(0, 10)
const clock = (time: number): string => iso(time).slice(11, 19)
const stamp = (time: number): string => `${date(time)} ${clock(time)}`
const seconds = (time: number): number => time / 1_000
const ohlc = ({ o, h, l, c }: Candle): string => `${o},${h},${l},${c}`
const ohlcv = (one: Candle): string => `${ohlc(one)},${one.v}`
const american = (time: number): string => `${iso(time).slice(5, 7)}/${iso(time).slice(8, 10)}/${iso(time).slice(0, 4)}`
const european = (time: number, sign: string): string => date(time).split('-').reverse().join(sign)
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const month = (time: number): string => MONTHS[new Date(time).getUTCMonth()]!
const day = (time: number): string => date(time).slice(8)
const compact = (time: number): string => date(time).replaceAll('-', '')
const half = (time: number): string => {
  const hour = new Date(time).getUTCHours()
  return `${String(hour % 12 || 12).padStart(2, '0')}-${hour < 12 ? 'AM' : 'PM'}`
}

/** A row of Binance's answers and files. */
const kline = (time: number, one: Candle, factor = 1): readonly (number | string)[] => [
  ...[time * factor, `${one.o}.00000000`, one.h.toFixed(8), one.l.toFixed(8), `${one.c}.00000000`, one.v.toFixed(8)],
  ...[(time + MINUTE) * factor - 1, one.q.toFixed(8), 12, '1.5', '16.5', '0']
]

const BINANCE =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore'
const CDD = { before: 'https://www.CryptoDataDownload.com', isNewestFirst: true, stepMs: HOUR }
const DAILY = { stepMs: DAY }

const json = (
  name: string,
  value: (row: (make: (time: number, one: Candle) => unknown) => readonly unknown[]) => unknown
): Form => ({
  ...{ name, ending: 'json', stepMs: MINUTE, hasVolume: true },
  content: JSON.stringify(value(make => numbers.map(n => make(START + n * MINUTE, candle(n)))))
})

const packed = (form: Form, how: string, pack: (bytes: Buffer) => Buffer): Form => ({
  ...form,
  name: `${form.name}, in ${how}`,
  ending: `${form.ending}.${how === 'gzip' ? 'gz' : 'zst'}`,
  content: pack(Buffer.from(form.content))
})

const ccxtCsv = lines(
  'ccxt, by csv.writer of Python',
  'timestamp,open,high,low,close,volume',
  (t, one) => `${t},${ohlcv(one)}`
)

/** As they stand in public repositories, and in the files and answers of exchanges and vendors; the rows are made up. */
export const FORMS: readonly Form[] = [
  lines('our own export', 'openTime,open,high,low,close,volume', (t, one) => `${t},${ohlcv(one)}`),
  ccxtCsv,
  packed(ccxtCsv, 'gzip', gzipSync),
  packed(ccxtCsv, 'zstd', zstdCompressSync),
  lines('ccxt without a header', null, (t, one) => `${t},${ohlcv(one)}`),
  lines('Binance klines since 2017, without a header', null, (t, one) => kline(t, one).join(',')),
  lines('Binance klines since 2025, in microseconds', null, (t, one) => kline(t, one, 1_000).join(',')),
  lines('Binance futures klines, with a header', BINANCE, (t, one) => kline(t, one).join(',')),
  lines('Binance klines of two eras, joined', null, (t, one, n) => kline(t, one, n < 7 ? 1 : 1_000).join(',')),
  lines(
    'python-binance notebooks',
    'Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume,Number of trades,Taker buy base asset volume,Taker buy quote asset volume,Ignore',
    (t, one) => kline(t, one).join(',')
  ),
  lines(
    'Binance klines whose times pandas made',
    'timestamp,open,high,low,close,volume,close_time,quote_av,trades,tb_base_av,tb_quote_av,ignore',
    (t, one) => [stamp(t), ...kline(t, one).slice(1, 6), stamp(t + MINUTE), ...kline(t, one).slice(7)].join(',')
  ),
  lines('Kraken OHLCVT', null, (t, one) => `${seconds(t)},${ohlcv(one)},17`),
  lines('Bitfinex, which closes before its high', null, (t, { o, h, l, c, v }) => `${t},${o},${c},${h},${l},${v}`),
  lines('Coinbase candles, low before high', null, (t, { o, h, l, c, v }) => `${seconds(t)},${l},${h},${o},${c},${v}`, {
    isNewestFirst: true
  }),
  lines('Gate.io, volume first', null, (t, { o, h, l, c, v }) => `${seconds(t)},${v},${c},${h},${l},${o}`),
  lines(
    'CryptoDataDownload',
    'unix,date,symbol,open,high,low,close,Volume BTC,Volume USD',
    (t, one) => `${seconds(t)},${stamp(t)},BTC/USD,${ohlcv(one)},${one.q}`,
    CDD
  ),
  lines(
    'CryptoDataDownload of Binance',
    'Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount',
    (t, one) => `${t},${stamp(t)},BTCUSDT,${ohlcv(one)},${one.q},17`,
    CDD
  ),
  lines(
    'CryptoDataDownload, a pair of coins',
    'unix,date,symbol,open,high,low,close,Volume ETH,Volume BTC',
    (t, one) => `${seconds(t)},${stamp(t)},ETH/BTC,${ohlcv(one)},${one.q}`,
    CDD
  ),
  lines(
    'CryptoDataDownload, quote volume first',
    'unix,date,symbol,open,high,low,close,Volume USD,Volume BTC',
    (t, one) => `${seconds(t)}.0,${stamp(t)},BTCUSD,${ohlc(one)},${one.q},${one.v}`,
    CDD
  ),
  lines(
    'CryptoDataDownload of 2019, hours of a half day',
    'Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USD',
    (t, one) => `${date(t)} ${half(t)},BTCUSD,${ohlcv(one)},${one.q}`,
    CDD
  ),
  lines(
    'CryptoDataDownload, renamed',
    'date,symbol,open,high,low,close,volume_btc,volume',
    (t, one) => `${date(t)},BTCUSD,${ohlcv(one)},${one.q}`,
    {
      ...{ ...DAILY, isNewestFirst: true, before: 'Created on 10-17-2019,https://www.CryptoDataDownload.com' }
    }
  ),
  lines(
    'CryptoCompare',
    'Date,Symbol,Open,High,Low,Close,VolumeFrom,VolumeTo',
    (t, one) => `${date(t)} 00:00,BTCUSD,${ohlcv(one)},${one.q}`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines('TradingView, in seconds', 'time,open,high,low,close,Volume', (t, one) => `${seconds(t)},${ohlcv(one)}`),
  lines(
    'TradingView, with a zone and a plot',
    'time,open,high,low,close,volume,lsma_20',
    (t, one) => `${iso(t - 6 * HOUR).slice(0, 19)}-06:00,${ohlcv(one)},1.5`
  ),
  lines('TradingView without volume', 'time,open,high,low,close', (t, one) => `${iso(t).slice(0, 19)}Z,${ohlc(one)}`, {
    hasVolume: false
  }),
  lines(
    'Kaggle, Bitcoin by the minute',
    'Timestamp,Open,High,Low,Close,Volume',
    (t, one) => `${seconds(t)}.0,${ohlcv(one)}`
  ),
  lines(
    'Kaggle, Bitstamp',
    'Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price',
    (t, one) => `${seconds(t)},${ohlcv(one)},${one.q},11.5`
  ),
  lines(
    'Kaggle, G-Research',
    'timestamp,Asset_ID,Count,Open,High,Low,Close,Volume,VWAP,Target',
    (t, one) => `${seconds(t)},1,5,${ohlcv(one)},11.5,0.01`
  ),
  lines(
    'Kaggle, coins of CoinMarketCap',
    'SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap',
    (t, { o, h, l, c, v }, n) => `${n + 1},Bitcoin,BTC,${date(t)} 23:59:59,${h},${l},${o},${c},${v},1.5e9`,
    DAILY
  ),
  lines(
    'CoinMarketCap',
    'timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp',
    (t, { o, h, l, c, v }) =>
      `"${iso(t)}";"${iso(t + DAY - 1)}";"${iso(t + HOUR)}";"${iso(t + MINUTE)}";"2781";${o};${h};${l};${c};${v};123.45;"${iso(t + DAY - 1)}"`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines(
    'CoinAPI',
    'time_period_start;time_period_end;time_open;time_close;px_open;px_high;px_low;px_close;sx_cnt;volume_traded',
    (t, { o, h, l, c, v }) =>
      `${iso(t).slice(0, 19)}.0000000Z;${iso(t + MINUTE)};${iso(t + 5)};${iso(t + 9)};${o};${h};${l};${c};7;${v}`
  ),
  lines(
    'Yahoo',
    'Date,Open,High,Low,Close,Adj Close,Volume',
    (t, one) => `${date(t)},${ohlc(one)},${one.c - 0.5},${one.v}`,
    DAILY
  ),
  lines(
    'Yahoo before 2017',
    'Date,Open,High,Low,Close,Volume,Adj Close',
    (t, one) => `${date(t)},${ohlcv(one)},${one.c - 0.5}`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines(
    'Quandl',
    'Date,Open,High,Low,Close,Volume,Ex-Dividend,Split Ratio,Adj. Open,Adj. High,Adj. Low,Adj. Close,Adj. Volume',
    (t, one) => `${date(t)},${ohlcv(one)},0.0,1.0,1,2,3,4,5`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines(
    'Google Finance',
    'Date,Open,High,Low,Close,Volume',
    (t, one) => `${Number(day(t))}-${month(t)}-${iso(t).slice(2, 4)},${ohlcv(one)}`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines(
    'Nasdaq',
    'Date,Close/Last,Volume,Open,High,Low',
    (t, { o, h, l, c, v }) => `${american(t)},$${c},${v},$${o},$${h},$${l}`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines(
    'Investing.com',
    '\uFEFF"Date","Price","Open","High","Low","Vol.","Change %"',
    (t, { o, h, l, c, v }) =>
      `"${month(t)} ${day(t)}, ${iso(t).slice(0, 4)}","${c}.0","${o}.0","${h}","${l}","${v / 1_000}K","1.05%"`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines('Stooq', 'Date,Open,High,Low,Close,Volume', (t, one) => `${date(t)},${ohlcv(one)}`, DAILY),
  lines(
    'Alpha Vantage',
    'timestamp,1. open,2. high,3. low,4. close,5. volume',
    (t, one) => `${date(t)},${ohlcv(one)}`,
    { ...DAILY, isNewestFirst: true }
  ),
  lines(
    'MetaTrader 5',
    '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>',
    (t, { o, h, l, c, v }) => [date(t).replaceAll('-', '.'), clock(t), o, h, l, c, v, 0, 5].join('\t')
  ),
  lines('MetaTrader 4', null, (t, one) => `${date(t).replaceAll('-', '.')},${clock(t).slice(0, 5)},${ohlcv(one)}`),
  lines(
    'HistData',
    null,
    (t, one) => `${compact(t)} ${clock(t).replaceAll(':', '')};${ohlcv(one).replaceAll(',', ';')}`
  ),
  lines(
    'Dukascopy',
    'Gmt time,Open,High,Low,Close,Volume',
    (t, one) => `${european(t, '.')} ${clock(t)}.000,${ohlcv(one)}`
  ),
  lines(
    'Dukascopy, with a zone',
    'Local time,Open,High,Low,Close,Volume',
    (t, one) => `${european(t, '.')} ${clock(t)}.000 GMT+0000,${ohlcv(one)}`
  ),
  lines(
    'Finam',
    '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>',
    (t, one) => `BTC,1,${compact(t)},${clock(t).replaceAll(':', '')},${ohlcv(one)}`
  ),
  lines(
    'backtrader, days',
    'Date,Open,High,Low,Close,Volume,OpenInterest',
    (t, one) => `${date(t)},${ohlcv(one)},0`,
    DAILY
  ),
  lines(
    'backtrader, minutes',
    'Date,Time,Open,High,Low,Close,Volume,OpenInterest',
    (t, one) => `${date(t)},${clock(t)},${ohlcv(one)},0`
  ),
  lines(
    'backtrader, a header without the time',
    'Date,Open,High,Low,Close,Volume,OpenInterest',
    (t, one) => `${date(t)},${clock(t)},${ohlcv(one)},0`
  ),
  lines('backtesting.py', ',Open,High,Low,Close,Volume', (t, one) => `${date(t)},${ohlcv(one)}`, DAILY),
  lines('backtesting.py, hours', ',Open,High,Low,Close,Volume', (t, one) => `${stamp(t)},${ohlcv(one)}`, {
    stepMs: HOUR
  }),
  lines('pandas, numbered', ',date,open,high,low,close,volume', (t, one, n) => `${n},${date(t)},${ohlcv(one)}`, DAILY),
  lines(
    'pandas, with indicators',
    '\uFEFFi,date,open,high,low,close,sma,dpo',
    (t, one, n) => `${n},${date(t)},${ohlc(one)},,`,
    { ...DAILY, hasVolume: false }
  ),
  lines('pyalgotrade', 'Date Time,Open,High,Low,Close,Volume,Adj Close', (t, one) => `${stamp(t)},${ohlcv(one)},`, {
    stepMs: 30 * MINUTE
  }),
  lines(
    'nautilus_trader',
    'timestamp_utc;open;high;low;close;volume;pricetype',
    (t, one) => `${stamp(t)};${ohlcv(one).replaceAll(',', ';')};Last`
  ),
  lines(
    'nautilus_trader, microseconds in text',
    'timestamp,open,high,low,close,volume',
    (t, one) => `${stamp(t)}.000000,${ohlcv(one)}`
  ),
  lines('FXCM, prices alone', 'timestamp,open,high,low,close', (t, one) => `${stamp(t)}+00:00,${ohlc(one)}`, {
    hasVolume: false
  }),
  lines('zipline', 'day,open,high,low,close,volume', (t, one) => `${date(t)},${ohlcv(one)}`, DAILY),
  lines(
    'a record of names and points',
    'Candlestick.Time,Candlestick.Open,Candlestick.High,Candlestick.Low,Candlestick.Close,Candlestick.Volume',
    (t, one) =>
      `${Number(iso(t).slice(5, 7))}/${Number(day(t))}/${iso(t).slice(0, 4)} ${Number(clock(t).slice(0, 2))}:${clock(t).slice(3, 5)},${ohlcv(one)}`,
    { stepMs: DAY }
  ),
  lines('short names', 't,o,h,l,c,v', (t, one) => `${seconds(t)},${ohlcv(one)}`),
  lines(
    'a time of the candle in Chinese frameworks',
    'candle_begin_time,open,high,low,close,volume,quote_volume,trade_num',
    (t, one) => `${stamp(t)},${ohlcv(one)},${one.q},5`
  ),
  lines(
    'a sentiment study',
    ',Polarity,Open,High,Low,Volume_BTC,Volume_Dollar,Close_Price',
    (t, { o, h, l, c, v, q }) => `${stamp(t)},0.1,${o},${h},${l},${v},${q},${c}`,
    { stepMs: HOUR }
  ),
  lines(
    'a spreadsheet in Europe',
    'Date;Open;High;Low;Close;Volume',
    (t, { o, h, l, c, v }) =>
      [european(t, '/'), ...[o, h, l, c, v].map(one => one.toFixed(2).replace('.', ','))].join(';'),
    DAILY
  ),
  lines(
    'a spreadsheet that shortens long numbers',
    'timestamp,open,high,low,close,volume',
    (t, one) => `${(t / 1e12).toFixed(10)}E+12,${ohlcv(one)}`
  ),
  {
    ...lines(
      'MetaTrader in UTF-16',
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>',
      (t, { o, h, l, c, v }) => [date(t).replaceAll('-', '.'), clock(t), o, h, l, c, v].join('\t')
    )
  },
  json('ccxt and freqtrade, JSON', all => all((t, { o, h, l, c, v }) => [t, o, h, l, c, v])),
  json("Binance's answer", all => all((t, one) => kline(t, one))),
  json("Kraken's answer", all => ({
    error: [],
    result: {
      XXBTZUSD: all((t, { o, h, l, c, v }) => [seconds(t), `${o}`, `${h}`, `${l}`, `${c}`, '11.1', `${v}`, 7]),
      last: 1
    }
  })),
  json("Coinbase's answer", all => ({
    candles: all((t, { o, h, l, c, v }) => ({
      start: `${seconds(t)}`,
      low: `${l}`,
      high: `${h}`,
      open: `${o}`,
      close: `${c}`,
      volume: `${v}`
    })).toReversed()
  })),
  json("OKX's answer", all => ({
    code: '0',
    msg: '',
    data: all((t, { o, h, l, c, v, q }) => [
      `${t}`,
      `${o}`,
      `${h}`,
      `${l}`,
      `${c}`,
      `${v}`,
      `${q}`,
      `${q}`,
      '1'
    ]).toReversed()
  })),
  json("Bybit's answer", all => ({
    retCode: 0,
    result: {
      symbol: 'BTCUSDT',
      list: all((t, { o, h, l, c, v, q }) => [`${t}`, `${o}`, `${h}`, `${l}`, `${c}`, `${v}`, `${q}`]).toReversed()
    }
  })),
  json('objects of a bot', all =>
    all((t, { o, h, l, c, v }) => ({
      Timestamp: t,
      Date: stamp(t),
      Symbol: 'BTCUSD',
      Open: o,
      High: h,
      Low: l,
      Close: c,
      Volume: v
    }))
  ),
  json("TradingView's UDF", all => ({
    s: 'ok',
    t: all(seconds),
    o: all((_, { o }) => o),
    h: all((_, { h }) => h),
    l: all((_, { l }) => l),
    c: all((_, { c }) => c),
    v: all((_, { v }) => v)
  }))
].map(form =>
  form.name.endsWith('UTF-16') ? { ...form, content: Buffer.from(`\uFEFF${form.content}`, 'utf16le') } : form
)
