/**
 * What the columns of candle files are called, by those who write them: ccxt, freqtrade, the exchanges' own files and answers, TradingView,
 * CryptoDataDownload, Yahoo, Investing.com, Stooq, MetaTrader, Kaggle's. Compared in small letters without signs and blanks.
 */
const NAMES = {
  /** Surely when a candle opens. */
  openTime: `opentime openat opentimestamp opendate opendatetime opentimems klineopentime timeopen timeperiodstart periodstart
    starttime start startat startedat begin begintime candlebegintime bucketstart`,
  /** Some number or text that says when; the candle's opening by the custom of nearly all. */
  time: `unix unixtime unixtimestamp epoch timestamp timestampms timestamputc ts t mts time timeutc utctime gmttime datetime
    datetimeutc dateutc utc date day d localtime candletime microsoftdate tradedate snapshottime period`,
  /** When a candle closes, which says its opening only to who knows its length. */
  closeTime: 'closetime timeclose timeperiodend endtime end closedate closetimestamp',
  open: 'open o openprice priceopen opening openingprice first op pxopen',
  high: 'high h highprice pricehigh highest highestprice max hi pxhigh',
  low: 'low l lowprice pricelow lowest lowestprice min lo pxlow',
  close: 'close c closeprice priceclose closelast closing closingprice last lastprice pxclose pxlast cl',
  /** Where no other column closes: Investing.com. */
  price: 'price',
  volume: `volume v vol volumes basevolume volumebase volumefrom baseassetvolume volumeraw tradedvolume tradevolume totalvolume
    tickvolume tickvol volumetraded`,
  quoteVolume: `quotevolume quoteassetvolume quotevol qv volumequote volumeto volumecurrency volumequoted turnover
    quoteasset quotetokenvolume volccyquote volumenotional notional`,
  final: 'final isfinal confirm confirmed isclosed closed iscomplete complete',
  /** Whose candle it is, and of what length: one file holds one of each. */
  series: `exchange market symbol ticker tic pair coin asset assetid instrument instrumentid instid productid name currency
    interval timeframe resolution`
} as const

export type NamedRole = keyof typeof NAMES

const ROLES: ReadonlyMap<string, NamedRole> = new Map(
  (Object.keys(NAMES) as NamedRole[]).flatMap(role => NAMES[role].split(/\s+/).map(name => [name, role] as const))
)

/** `Candlestick.Open` → `Open`; `1. open` → `open`; `<CLOSE>` → `close`; `Adj. Close` stays another than `Close`. So names are compared. */
export const compact = (name: string): string =>
  name
    .replace(/^[a-z0-9_-]+\.(?=[a-z])/i, '')
    .replace(/^\d+[ab]?\.\s*/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

/** What a column of this name holds; null for one that nobody here needs. */
export const roleOf = (name: string): NamedRole | null => ROLES.get(compact(name)) ?? null

const VOLUME_OF = /^(?:volume|vol)[ _]*[([]?([a-z0-9]{2,8})[)\]]?$/i

/** `Volume BTC`, `Volume_(BTC)` and `volume_btc` → `BTC`; null for another column. */
export const assetOfVolume = (name: string): string | null => VOLUME_OF.exec(name.trim())?.[1]?.toUpperCase() ?? null

/** What prices are counted in, where it is not the other leg of a pair. */
const MONEY =
  /^(?:USD[A-Z]?|[A-Z]?USD|USDT|USDC|TUSD|BUSD|FDUSD|DAI|EUR|GBP|JPY|KRW|TRY|AUD|CAD|CHF|BRL|CURRENCY|DOLLAR|QUOTE)$/

export const isMoney = (asset: string): boolean => MONEY.test(asset)

/** Whether a line names the columns of candles: time apart, three of the four prices. */
export const isHeader = (cells: readonly string[]): boolean => {
  const roles = new Set(cells.map(roleOf))
  const prices = (['open', 'high', 'low', 'close', 'price'] as const).filter(role => roles.has(role))
  return prices.length >= 3
}
