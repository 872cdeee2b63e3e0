/** The signal that Ctrl-C, SIGTERM or the end of the process that started this one raises. */
export type Interrupt = { readonly signal: AbortSignal; readonly name: () => NodeJS.Signals | 'disconnect' | null }

/** The first of them asks to stop, the second one ends the process at once. A child over a channel stops with its parent. */
export const catchInterrupts = (): Interrupt => {
  const controller = new AbortController()
  let name: ReturnType<Interrupt['name']> = null
  const interrupt = (by: NodeJS.Signals | 'disconnect'): void => {
    if (name !== null && by !== 'disconnect') process.exit(by === 'SIGINT' ? 130 : 143)
    name ??= by
    controller.abort(new Error(`stopped by ${by}`))
  }
  for (const by of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(by, interrupt)
  if (process.channel) {
    process.channel.unref()
    process.on('disconnect', () => interrupt('disconnect'))
  }
  return { signal: controller.signal, name: () => name }
}
