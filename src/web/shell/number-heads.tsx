import type { JSX } from 'preact'

/** Heads of a table's columns of figures. */
export const NumberHeads = ({ names }: { readonly names: readonly string[] }): JSX.Element => (
  <>
    {names.map(name => (
      <th key={name} scope="col" class="number">
        {name}
      </th>
    ))}
  </>
)
