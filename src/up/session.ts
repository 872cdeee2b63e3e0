import type { Config } from '../runtime/config/config.ts'
import type { Host } from './process/host.ts'
import { type Running, type Supervised, supervise } from './process/supervise.ts'

/** What has been started and must be stopped, newest first. */
type Stops = {
  readonly push: (name: string, stop: () => Promise<void>) => void
  /** Stops everything, each after the one before has ended; a failure does not keep the others from being stopped. */
  readonly unwind: () => Promise<void>
}

const createStops = (print: (line: string) => void): Stops => {
  const started: { name: string; stop: () => Promise<void> }[] = []
  const unwind = async (): Promise<void> => {
    for (let last = started.pop(); last; last = started.pop()) {
      const { name } = last
      await last.stop().then(
        () => print(`${name} stopped`),
        (error: unknown) => print(`${name} could not be stopped: ${String(error)}`)
      )
    }
  }
  return { push: (name, stop) => void started.push({ name, stop }), unwind }
}

/** One run of `up`: what its parts share. */
export type Session = {
  readonly config: Config
  /** Its signal is raised by Ctrl-C, and when something can never run. */
  readonly host: Host
  readonly stops: Stops
  /** Keeps a process up from now on, until it is its turn to be stopped. */
  readonly keepRunning: (name: string, first: Running, again: () => Promise<Running>) => Supervised
  /** Why the session must end although nobody asked it to; null while it need not. */
  readonly failure: () => unknown
}

export const createSession = (config: Config, surroundings: Host): Session => {
  const failed = new AbortController()
  const host = { ...surroundings, signal: AbortSignal.any([surroundings.signal, failed.signal]) }
  const stops = createStops(host.print)
  const keepRunning: Session['keepRunning'] = (name, first, again) => {
    const supervised = supervise({ name, first, again, clock: host.clock, print: host.print, signal: host.signal })
    stops.push(name, supervised.stop)
    supervised.hopeless.catch((error: unknown) => failed.abort(error))
    return supervised
  }
  const failure = (): unknown => (failed.signal.aborted && !surroundings.signal.aborted ? failed.signal.reason : null)
  return { config, host, stops, keepRunning, failure }
}
