import type { JSX } from 'preact'
import type { CandleStatus } from '../../market/records/derived/candle.ts'
import type { Composite, CompositeVenue } from '../../market/records/derived/composite.ts'
import { NumberHeads } from '../shell/number-heads.tsx'
import { digitsOf, formatClock, formatDecimal, formatNumber, padDecimal } from '../view/format.ts'
import { bpsWords, leadWords, missingWords, PROOF_WORDS, proofClass, shareWords } from '../view/venues-view.ts'
import { useComposite } from './use-composite.ts'

const Proof = ({ status }: { readonly status: CandleStatus }): JSX.Element => (
  <span class={proofClass(status)} title={PROOF_WORDS[status]}>
    {status}
  </span>
)

const Tile = (props: { readonly name: string; readonly value: string; readonly note: string }): JSX.Element => (
  <div class="tile">
    <dt>{props.name}</dt>
    <dd>
      <b>{props.value}</b>
      <small>{props.note}</small>
    </dd>
  </div>
)

/** Prices have the digits of the finest close. */
const digitsIn = ({ venues }: Composite): number => digitsOf(venues.map(({ close }) => close))

const Figures = ({ composite }: { readonly composite: Composite }): JSX.Element => {
  const { price, volume, dispersionBps, base, quote, status, venues, missing } = composite
  return (
    <dl class="tiles">
      <Tile name="Volume-weighted price" value={formatNumber(price, digitsIn(composite))} note={quote} />
      <Tile name="Dispersion" value={formatNumber(dispersionBps, 2)} note="basis points, highest less lowest close" />
      <Tile name="Volume" value={formatDecimal(volume)} note={base} />
      <Tile name="Weakest proof" value={status} note={PROOF_WORDS[status]} />
      <Tile
        name="Venues"
        value={`${venues.length} of ${venues.length + missing.length}`}
        note={missingWords(composite) ?? 'all are here'}
      />
    </dl>
  )
}

type RowProps = { readonly venue: CompositeVenue; readonly digits: number; readonly isHere: boolean }

const Row = ({ venue, digits, isHere }: RowProps): JSX.Element => (
  <tr data-venue={venue.exchange} aria-current={isHere ? 'true' : undefined}>
    <th scope="row">{isHere ? <b>{venue.exchange}</b> : venue.exchange}</th>
    <td class="number" data-label="Close">
      {formatDecimal(padDecimal(venue.close, digits))}
    </td>
    <td class="number" data-label="From the price, bps">
      {bpsWords(venue.deviationBps)}
    </td>
    <td class="number" data-label="Volume">
      {formatDecimal(venue.volume)}
    </td>
    <td class="number" data-label="Share">
      {shareWords(venue.weight)}
    </td>
    <td class="number" data-label="VWAP">
      {formatNumber(venue.vwap, digits)}
    </td>
    <td data-label="Moves">{leadWords(venue.lead)}</td>
    <td data-label="Proof">
      <Proof status={venue.status} />
    </td>
  </tr>
)

const HEADS = ['Close', 'From the price, bps', 'Volume', 'Share', 'VWAP'] as const

type Props = { readonly exchange: string; readonly symbol: string; readonly simulated: boolean }

/** What the venues of a symbol say together; nothing where one venue alone trades it. */
export const AcrossVenues = ({ exchange, symbol, simulated }: Props): JSX.Element | null => {
  const composite = useComposite(symbol, simulated)
  if (!composite) return null
  return (
    <section class="card venues-card" data-composite={symbol} data-revision={composite.revision}>
      <div class="card-head bare">
        <h2>{symbol} across venues</h2>
        <small>minute of {formatClock(composite.openTime)} UTC</small>
      </div>
      <Figures composite={composite} />
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">Venue</th>
            <NumberHeads names={HEADS} />
            <th scope="col">Moves</th>
            <th scope="col">Proof</th>
          </tr>
        </thead>
        <tbody>
          {composite.venues.map(venue => (
            <Row key={venue.exchange} venue={venue} digits={digitsIn(composite)} isHere={venue.exchange === exchange} />
          ))}
        </tbody>
      </table>
      <p class="hint">
        Who moves first is found by the minute from the last hour; venues follow each other within seconds, which is the
        same minute.
      </p>
    </section>
  )
}
