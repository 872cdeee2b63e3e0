/** What has been started and must be stopped, newest first. */
export type Stops = {
  readonly push: (name: string, stop: () => Promise<void>) => void
  /** Stops everything, each after the one before has ended; a failure does not keep the others from being stopped. */
  readonly unwind: () => Promise<void>
}

export const createStops = (say: (line: string) => void): Stops => {
  const started: { name: string; stop: () => Promise<void> }[] = []
  const unwind = async (): Promise<void> => {
    for (let last = started.pop(); last; last = started.pop()) {
      const { name } = last
      await last.stop().then(
        () => say(`${name} stopped`),
        (error: unknown) => say(`${name} could not be stopped: ${String(error)}`)
      )
    }
  }
  return { push: (name, stop) => void started.push({ name, stop }), unwind }
}
