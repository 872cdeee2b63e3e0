import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig
} from '@aws-sdk/client-s3'
import type { LakeLocation, S3Access } from '../../runtime/config/config.ts'
import { explainS3Error } from './explain-s3-error.ts'
import type { BytePart, LakeStore, StoredObject } from './lake-store.ts'

type Bucket = Extract<LakeLocation, { readonly kind: 's3' }>

/** The client's own attempts, close together; what outlasts them is waited out by whoever asked. */
const ATTEMPTS = 3
const CONNECT_WITHIN_MS = 5_000
const SILENT_FOR_MS = 15_000
const ANSWER_WITHIN_MS = 60_000

const clientOf = ({ endpoint, region, credentials }: S3Access): S3Client => {
  const config: S3ClientConfig = {
    maxAttempts: ATTEMPTS,
    // Checksums behind the body are understood by Amazon alone; the signature covers the body anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      socketTimeout: SILENT_FOR_MS,
      requestTimeout: ANSWER_WITHIN_MS,
      throwOnRequestTimeout: true
    },
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(region === null ? {} : { region }),
    ...(credentials === null ? {} : { credentials })
  }
  return new S3Client(config)
}

const isMissing = (error: unknown): boolean => error instanceof NoSuchKey

/** A lake in a bucket. An object is put whole, or not at all; nothing else is asked of the store: no rename, no condition; what is moved is copied by the store, and then removed. */
export const s3Store = ({ bucket: Bucket, prefix }: Bucket, access: S3Access): LakeStore => {
  const client = clientOf(access)
  const root = prefix === '' ? '' : `${prefix}/`
  const keyed = (path: string) => ({ Bucket, Key: root + path })
  const explained = async <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      signal?.throwIfAborted()
      throw explainS3Error({ bucket: Bucket, endpoint: access.endpoint }, cause)
    }
  }
  const get = async (path: string, part?: BytePart): Promise<Buffer | null> => {
    const range = part ? { Range: `bytes=${part.from}-${part.to - 1}` } : {}
    try {
      const { Body } = await client.send(new GetObjectCommand({ ...keyed(path), ...range }))
      return Body ? Buffer.from(await Body.transformToByteArray()) : null
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }
  const move = async (from: string, to: string): Promise<void> => {
    const CopySource = `${Bucket}/${encodeURIComponent(root + from)}`
    try {
      await client.send(new CopyObjectCommand({ ...keyed(to), CopySource }))
    } catch (error) {
      if (isMissing(error)) return
      throw error
    }
    await client.send(new DeleteObjectCommand(keyed(from)))
  }
  const list = async (folder: string): Promise<readonly StoredObject[]> => {
    const found: StoredObject[] = []
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: `${root}${folder}/` }))
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
        found.push({ path: Key.slice(root.length), bytes: Size, modifiedMs: LastModified?.getTime() ?? 0 })
    return found
  }
  return {
    url: `s3://${Bucket}${prefix === '' ? '' : `/${prefix}`}`,
    put: (path, pieces, signal) => {
      const command = new PutObjectCommand({ ...keyed(path), Body: Buffer.concat(pieces) })
      return explained(async () => void (await client.send(command, signal ? { abortSignal: signal } : {})), signal)
    },
    get: (path, part) => explained(() => get(path, part)),
    list: folder => explained(() => list(folder)),
    move: (from, to) => explained(() => move(from, to)),
    remove: path => explained(async () => void (await client.send(new DeleteObjectCommand(keyed(path))))),
    close: () => client.destroy()
  }
}
