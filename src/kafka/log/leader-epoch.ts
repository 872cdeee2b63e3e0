/** The client's types do not know what our patch of it tells: the leader epoch of a batch's last record. */
type PatchedBatch = { readonly leaderEpoch?: () => number | null }

/** In which leader epoch the last record of a batch was written; null where nobody says. */
export const leaderEpochOf = (batch: object): number | null => (batch as PatchedBatch).leaderEpoch?.() ?? null

/** The same of an event that tells of a batch, also of one that no handler sees. */
export const toldLeaderEpoch = (payload: object): number | null =>
  (payload as { readonly leaderEpoch?: number | null }).leaderEpoch ?? null
