/** What both instruments of a pair did in one candle that both have: prices in the quote currency, time in epoch milliseconds. */
export type Bar = {
  readonly openTime: number
  readonly a: { readonly open: number; readonly close: number }
  readonly b: { readonly open: number; readonly close: number }
}
