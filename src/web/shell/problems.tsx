import type { JSX } from 'preact'

/** What is wrong with what was sent, said aloud. */
export const Problems = ({ lines }: { readonly lines: readonly string[] }): JSX.Element => (
  <div role="alert">
    {lines.length > 0 && (
      <ul class="problems">
        {lines.map(text => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    )}
  </div>
)
