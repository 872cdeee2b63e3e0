/** What the gateway's socket says. */
export type ServerMessage = {
  readonly id?: string
  readonly type: 'snapshot' | 'update' | 'pong' | 'error'
  readonly seq?: number
  readonly data?: readonly unknown[]
  /** So many messages were left out for a slow reader, who is given the newest state instead. */
  readonly skipped?: number
  readonly detail?: string
}

/** False when a message went missing on the way: only a fresh snapshot helps. */
export const isNextInLine = (seq: number, message: ServerMessage): boolean =>
  message.type === 'snapshot' || message.skipped !== undefined || (seq >= 0 && message.seq === seq + 1)
