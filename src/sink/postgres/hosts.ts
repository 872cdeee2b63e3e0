import type { PostgresHost, PostgresUrl, SessionAttrs } from '../../runtime/config/postgres-url.ts'

/** A host, and what its session must be able to do. */
export type Candidate = { readonly host: PostgresHost; readonly wants: Exclude<SessionAttrs, 'prefer-standby'> }

/** The hosts of a URL, in their order. A host is used until it fails; then the next one is tried. */
export type Hosts = {
  readonly current: () => Candidate
  /** How many are tried before a failure is reported. */
  readonly count: number
  readonly connected: (candidate: Candidate) => void
  readonly failed: (candidate: Candidate) => void
}

/** What writes wants a session that takes writes, whatever the URL says of those who read. */
const wanted = (attrs: SessionAttrs | null, access: 'read' | 'write'): SessionAttrs => {
  if (access === 'read') return attrs ?? 'any'
  return attrs === 'primary' ? 'primary' : 'read-write'
}

export const createHosts = ({ hosts, attrs }: PostgresUrl, access: 'read' | 'write'): Hosts => {
  const wants = wanted(attrs, access)
  const first = wants === 'prefer-standby' ? 'standby' : wants
  const candidates = [
    ...hosts.map((host): Candidate => ({ host, wants: first })),
    ...(wants === 'prefer-standby' ? hosts.map((host): Candidate => ({ host, wants: 'any' })) : [])
  ]
  let at = 0
  return {
    current: () => candidates[at]!,
    count: candidates.length,
    // A primary that was used because no standby answered: the next connection looks for a standby again.
    connected: candidate => {
      if (candidates.indexOf(candidate) >= hosts.length) at = 0
    },
    failed: candidate => {
      if (candidates[at] === candidate) at = (at + 1) % candidates.length
    }
  }
}
