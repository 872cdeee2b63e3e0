import type { JSX } from 'preact'

/** What is wrong with what was sent, said aloud. */
export const Problems = ({ of }: { readonly of: readonly string[] }): JSX.Element => (
  <div role="alert">
    {of.length > 0 && (
      <ul class="problems">
        {of.map(text => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    )}
  </div>
)
