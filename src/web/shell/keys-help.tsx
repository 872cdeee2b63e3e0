import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { onKey } from './keys.ts'

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['/', 'find a symbol'],
  ['1 – 9', 'interval of the chart'],
  ['← →', 'move the chart; at its left end older candles are loaded'],
  ['+ −', 'zoom'],
  ['End', 'back to the newest candle'],
  ['g then m c p a q i', 'markets, chart, pairs, alerts, quality, instruments'],
  ['?', 'this list']
]

/** Which keys do what. */
export const KeysHelp = (): JSX.Element => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => onKey(key => key === '?' && dialog.current?.showModal()), [])
  return (
    <>
      <button
        class="plain"
        type="button"
        aria-label="Keys"
        title="Keys (?)"
        onClick={() => dialog.current?.showModal()}
      >
        ?
      </button>
      <dialog class="card" ref={dialog} aria-label="Keys">
        <h2>Keys</h2>
        <dl class="keys">
          {KEYS.map(([keys, does]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  )
}
