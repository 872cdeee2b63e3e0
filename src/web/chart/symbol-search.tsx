import type { JSX, RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListedInstrument } from '../connect/status.ts'
import { onKey } from '../shell/keys.ts'

type Named = { readonly key: string; readonly symbol: string }

/** Instruments whose name has these letters; those that begin with them first. */
const matching = <T extends Named>(listed: readonly T[], text: string): readonly T[] => {
  const wanted = text.trim().toUpperCase()
  const found = listed.filter(({ key }) => key.toUpperCase().includes(wanted))
  const rank = ({ symbol }: T): number => (symbol.startsWith(wanted) ? 0 : 1)
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, 12)
}

type Search = { readonly isOpen: boolean; readonly text: string; readonly selected: number }

const CLOSED: Search = { isOpen: false, text: '', selected: 0 }

const Choices = (props: {
  readonly found: readonly ListedInstrument[]
  readonly selected: number
  readonly onChoose: (key: string) => void
}): JSX.Element => (
  <div id="symbols" role="listbox" aria-label="Symbols" class="choices">
    {props.found.map(({ key, symbol, exchange }, n) => (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field, which keeps the focus
      // biome-ignore lint/a11y/useFocusableInteractive: the option is named by aria-activedescendant
      <div
        key={key}
        id={`symbol-${n}`}
        role="option"
        aria-selected={n === props.selected}
        onMouseDown={event => event.preventDefault()}
        onClick={() => props.onChoose(key)}
      >
        <b>{symbol}</b> <small>{exchange}</small>
      </div>
    ))}
    {props.found.length === 0 && <div class="empty">No such symbol</div>}
  </div>
)

const focusBySlash = (field: RefObject<HTMLInputElement | null>): (() => void) =>
  onKey(key => {
    if (key === '/') field.current?.focus()
    return key === '/'
  })

const selectedAfter = (key: string, selected: number, length: number): number =>
  key === 'ArrowDown' ? Math.min(length - 1, selected + 1) : Math.max(0, selected - 1)

/** Finds a symbol by a part of its name; `/` opens it from anywhere. */
export const SymbolSearch = (props: {
  readonly listed: readonly ListedInstrument[]
  readonly current: string
  readonly onChoose: (key: string) => void
}): JSX.Element => {
  const [search, setSearch] = useState(CLOSED)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => focusBySlash(field), [])
  const found = matching(props.listed, search.text)
  const choose = (key: string | undefined): void => {
    setSearch(CLOSED)
    field.current?.blur()
    if (key) props.onChoose(key)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') choose(found[search.selected]?.key)
    else if (event.key === 'Escape') choose(undefined)
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setSearch({ ...search, isOpen: true, selected: selectedAfter(event.key, search.selected, found.length) })
    }
  }
  return (
    <div class="symbol-search">
      <input
        id="find"
        ref={field}
        role="combobox"
        aria-label="Symbol"
        aria-expanded={search.isOpen}
        aria-controls="symbols"
        aria-autocomplete="list"
        aria-activedescendant={search.isOpen && found.length > 0 ? `symbol-${search.selected}` : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder={props.current}
        value={search.isOpen ? search.text : props.current}
        onFocus={() => setSearch({ ...CLOSED, isOpen: true })}
        onBlur={() => setSearch(CLOSED)}
        onInput={event => setSearch({ isOpen: true, text: event.currentTarget.value, selected: 0 })}
        onKeyDown={onKey}
      />
      <kbd>/</kbd>
      {search.isOpen && <Choices found={found} selected={search.selected} onChoose={choose} />}
    </div>
  )
}
