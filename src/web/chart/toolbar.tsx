import type { JSX } from 'preact'
import { isInterval } from '../../market/interval.ts'
import { ChoiceBar } from '../shell/choice-bar.tsx'
import { type ChartView, STUDIES, type Study } from '../view/chart-view.ts'
import { RANGES, type Range } from '../view/ranges.ts'
import { STUDY_NAMES } from './draw/studies.ts'

/** Which studies are drawn. */
const StudyToggles = (props: {
  readonly chosen: readonly Study[]
  readonly onChange: (studies: readonly Study[]) => void
}): JSX.Element => (
  <fieldset class="choice-bar studies-bar">
    <legend class="unseen">Studies</legend>
    {STUDIES.map(study => {
      const isOn = props.chosen.includes(study)
      const next = STUDIES.filter(other => (other === study ? !isOn : props.chosen.includes(other)))
      return (
        <button key={study} type="button" aria-pressed={isOn} onClick={() => props.onChange(next)}>
          {STUDY_NAMES[study]}
        </button>
      )
    })}
  </fieldset>
)

/** The buttons above a chart. */
export const Toolbar = (props: {
  readonly view: ChartView
  readonly intervals: readonly string[]
  readonly onChange: (change: Partial<ChartView>) => void
  readonly onRange: (range: Range) => void
  readonly onCsv: () => void
  readonly onPicture: () => void
}): JSX.Element => (
  <div class="toolbar">
    <ChoiceBar
      label="Interval"
      choices={props.intervals.filter(isInterval)}
      chosen={props.view.interval}
      titleOf={(_, n) => `Key ${n + 1}`}
      onChoose={interval => props.onChange({ interval })}
    />
    <ChoiceBar label="Range" choices={RANGES} chosen={props.view.range} onChoose={props.onRange} />
    <StudyToggles
      chosen={props.view.studies}
      onChange={studies => props.onChange({ studies, span: props.view.span })}
    />
    <span class="toolbar-end">
      <button type="button" onClick={props.onCsv} title="The candles on the screen, as the gateway writes them">
        CSV
      </button>
      <button type="button" onClick={props.onPicture} title="A picture of the chart">
        PNG
      </button>
    </span>
  </div>
)
