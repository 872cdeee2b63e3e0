import type { JSX } from 'preact'

/** One of a list, with its label. */
export const Select = (props: {
  readonly name: string
  readonly label: string
  readonly initial: string
  readonly choices: readonly (readonly [value: string, words: string])[]
}): JSX.Element => (
  <label>
    {props.label}
    <select name={props.name}>
      {props.choices.map(([value, words]) => (
        <option key={value} value={value} selected={value === props.initial}>
          {words}
        </option>
      ))}
    </select>
  </label>
)
