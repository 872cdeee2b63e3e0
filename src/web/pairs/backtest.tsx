import type { JSX, TargetedEvent } from 'preact'
import { useState } from 'preact/hooks'
import { sendJson } from '../connect/api.ts'
import { problemsOf } from '../connect/problems-of.ts'
import { Problems } from '../shell/problems.tsx'
import { BACKTEST_FIELDS, type BacktestAnswer, backtestBody } from '../view/forms/backtest-form.ts'
import type { PairView } from '../view/pair-view.ts'
import { BacktestResult } from './backtest-result.tsx'

type Run =
  | { readonly is: 'idle' | 'running' }
  | { readonly is: 'done'; readonly answer: BacktestAnswer }
  | { readonly is: 'failed'; readonly problems: readonly string[] }

const Fields = (): JSX.Element => (
  <>
    {BACKTEST_FIELDS.map(({ name, label, initial, step, least }) => (
      <label key={name}>
        {label}
        <input type="number" name={name} defaultValue={initial} step={step} min={least} required />
      </label>
    ))}
    <label class="check">
      <input type="checkbox" name="walkForward" /> walk forward
    </label>
  </>
)

/** Trades the spread of a pair on what has been, with what trading costs. */
export const Backtest = ({ view }: { readonly view: PairView }): JSX.Element => {
  const [run, setRun] = useState<Run>({ is: 'idle' })
  const start = (event: TargetedEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const body = backtestBody(view, new FormData(event.currentTarget))
    setRun({ is: 'running' })
    sendJson<BacktestAnswer>('POST', '/api/v1/backtests', body).then(
      answer => setRun({ is: 'done', answer }),
      error => setRun({ is: 'failed', problems: problemsOf(error) })
    )
  }
  return (
    <section class="card" aria-labelledby="backtest">
      <h3 id="backtest">Backtest</h3>
      <form class="fields" onSubmit={start}>
        <Fields />
        <button class="primary" type="submit" disabled={run.is === 'running'}>
          {run.is === 'running' ? 'Running…' : 'Run'}
        </button>
      </form>
      <Problems lines={run.is === 'failed' ? run.problems : []} />
      <div aria-live="polite">{run.is === 'done' && <BacktestResult answer={run.answer} />}</div>
    </section>
  )
}
