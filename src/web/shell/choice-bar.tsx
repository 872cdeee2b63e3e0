import type { JSX } from 'preact'

/** One of a few, as a row of buttons. */
export const ChoiceBar = <T extends string>(props: {
  readonly label: string
  readonly choices: readonly T[]
  readonly chosen: T | null
  readonly titleOf?: (choice: T, n: number) => string
  readonly onChoose: (choice: T) => void
}): JSX.Element => (
  <fieldset class="choice-bar">
    <legend class="unseen">{props.label}</legend>
    {props.choices.map((choice, n) => (
      <button
        key={choice}
        type="button"
        aria-pressed={choice === props.chosen}
        title={props.titleOf?.(choice, n)}
        onClick={() => props.onChoose(choice)}
      >
        {choice}
      </button>
    ))}
  </fieldset>
)
