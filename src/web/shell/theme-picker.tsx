import type { JSX } from 'preact'
import { useStore } from '../connect/use-store.ts'
import { THEMES, theme } from './theme.ts'

/** Dark, light, or as the machine is. */
export const ThemePicker = (): JSX.Element => {
  const chosen = useStore(theme)
  return (
    <label class="theme-picker">
      <span class="unseen">Theme</span>
      <select
        value={chosen}
        onChange={event => theme.set(THEMES.find(name => name === event.currentTarget.value) ?? 'system')}
      >
        {THEMES.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
