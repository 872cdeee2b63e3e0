import type { Command } from './run/command.ts'

/** Commands by the file they live in; loaded only when asked for, so that each starts with no more than it needs. */
type Entry = { readonly names: readonly string[]; readonly load: () => Promise<readonly Command[]> }

/** In the order of `--help`. */
export const registry: readonly Entry[] = [
  { names: ['up'], load: async () => [(await import('./up.ts')).command] },
  { names: ['ingest'], load: async () => [(await import('./stage/ingest.ts')).command] },
  { names: ['aggregate'], load: async () => [(await import('./stage/aggregate.ts')).command] },
  { names: ['analyze'], load: async () => [(await import('./stage/analyze.ts')).command] },
  { names: ['alert'], load: async () => [(await import('./stage/alert.ts')).command] },
  { names: ['sink postgres'], load: async () => [(await import('./stage/sink-postgres.ts')).command] },
  { names: ['sink influx'], load: async () => [(await import('./stage/sink-influx.ts')).command] },
  { names: ['sink lake'], load: async () => [(await import('./stage/sink-lake.ts')).command] },
  { names: ['serve'], load: async () => [(await import('./stage/serve.ts')).command] },
  {
    names: ['topics apply', 'topics list', 'topics describe'],
    load: async () => (await import('./topics.ts')).commands
  },
  {
    names: ['positions show', 'positions move'],
    load: async () => (await import('./positions.ts')).commands
  },
  { names: ['migrate'], load: async () => [(await import('./migrate.ts')).command] },
  { names: ['backfill'], load: async () => [(await import('./backfill/backfill.ts')).command] },
  { names: ['verify'], load: async () => [(await import('./research/verify.ts')).command] },
  { names: ['replay'], load: async () => [(await import('./replay/replay.ts')).command] },
  {
    names: ['analyse pair', 'analyse indicators'],
    load: async () => (await import('./research/analyse.ts')).commands
  },
  { names: ['backtest'], load: async () => [(await import('./research/backtest.ts')).command] },
  { names: ['export'], load: async () => [(await import('./research/export.ts')).command] },
  {
    names: ['alerts list', 'alerts add', 'alerts remove', 'alerts test'],
    load: async () => (await import('./alerts/alerts.ts')).commands
  },
  { names: ['import'], load: async () => [(await import('./lake/import.ts')).command] },
  { names: ['lake build'], load: async () => [(await import('./lake/lake-build.ts')).command] },
  { names: ['lake check'], load: async () => [(await import('./lake/lake-check.ts')).command] },
  { names: ['lake compact'], load: async () => [(await import('./lake/lake-compact.ts')).command] },
  { names: ['doctor'], load: async () => [(await import('./doctor.ts')).command] },
  { names: ['record'], load: async () => [(await import('./record.ts')).command] },
  { names: ['simulate'], load: async () => [(await import('./simulate.ts')).command] }
]
