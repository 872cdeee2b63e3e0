import { token } from './api.ts'
import { createSocket } from './socket.ts'

const open = (): WebSocket => {
  const bearer = token()
  const url = `${location.origin.replace(/^http/, 'ws')}/ws`
  return bearer === null ? new WebSocket(url) : new WebSocket(url, [`bearer.${bearer}`])
}

/** The one socket of this page. */
export const gateway = createSocket(open)
