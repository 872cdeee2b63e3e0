import type { JSX } from 'preact'
import { STUDIES, type Study } from '../view/chart-view.ts'
import { STUDY_NAMES } from './draw/studies.ts'

/** Which studies are drawn. */
export const StudyToggles = (props: {
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
