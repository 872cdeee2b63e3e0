import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { setToken, token } from '../connect/api.ts'
import { gateway } from '../connect/gateway.ts'

/** Asks for the token that the gateway was started with; it is kept until this tab is closed. */
export const TokenForm = (): JSX.Element => {
  const [text, setText] = useState('')
  const isSecond = token() !== null
  const submit = (event: Event): void => {
    event.preventDefault()
    setToken(text.trim())
    gateway.retry()
  }
  return (
    <form class="card token-form" onSubmit={submit}>
      <h2>This gateway wants a token</h2>
      <p>
        {isSecond ? 'The one that was given is not it. ' : ''}It is the <code>API_TOKEN</code> that the gateway was
        started with. It stays in this tab and is forgotten when the tab is closed.
      </p>
      <label>
        Token
        <input
          type="password"
          autocomplete="off"
          required
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
      </label>
      <button class="primary" type="submit">
        Open
      </button>
    </form>
  )
}
