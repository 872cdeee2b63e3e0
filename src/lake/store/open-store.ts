import type { LakeLocation, S3Access } from '../../runtime/config/config.ts'
import { folderStore } from './folder-store.ts'
import type { LakeStore } from './lake-store.ts'

/** The store at a place. The client of S3 is loaded only for a bucket. */
export const openStore = async (location: LakeLocation, access: S3Access): Promise<LakeStore> =>
  location.kind === 'folder' ? folderStore(location.path) : (await import('./s3-store.ts')).s3Store(location, access)
