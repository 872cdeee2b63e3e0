/** What a store holds under a path. */
export type StoredObject = { readonly path: string; readonly bytes: number; readonly modifiedMs: number }

/** Bytes of an object, `to` exclusive and never behind its end. */
export type BytePart = { readonly from: number; readonly to: number }

/**
 * Where a lake's files are: a folder, or a bucket. Paths have `/` between their parts, none at the beginning.
 * Rejects with a retryable error when the store does not answer, and with one that says what to do when it refuses.
 */
export type LakeStore = {
  /** As the settings name it. */
  readonly url: string
  /** Resolves when the object is there for good. Nobody ever sees a part of it; what was there is replaced. */
  readonly put: (path: string, pieces: readonly Uint8Array[], signal?: AbortSignal) => Promise<void>
  /** The object, or its bytes from `from` on and before `to`; null: there is none. */
  readonly get: (path: string, part?: BytePart) => Promise<Buffer | null>
  /** Everything below a folder, in the order of paths. */
  readonly list: (folder: string) => Promise<readonly StoredObject[]>
  /** Resolves also when there was none. What stood at `to` is replaced; it counts as written now. */
  readonly move: (from: string, to: string) => Promise<void>
  /** Resolves also when there was none. */
  readonly remove: (path: string) => Promise<void>
  readonly close: () => void
}

/** The folder of what is being written and is nobody's yet; a store that puts objects whole has none. */
export const ASIDE = '_aside'

/** The folder of files that others have replaced, for those who began to read them: no scanner of a table finds them there. */
export const REPLACED = '_replaced'

export const replacedPath = (path: string): string => `${REPLACED}/${path}`

/** A file of a table, also where another has replaced it since its name was read; null: there is none. */
export const getFile = async (store: LakeStore, path: string, part?: BytePart): Promise<Buffer | null> =>
  (await store.get(path, part)) ?? store.get(replacedPath(path), part)
