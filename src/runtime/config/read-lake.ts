import { resolve } from 'node:path'
import type { LakeLocation, S3Access } from './config.ts'
import { anyText, parseDuration, parseUrl } from './parse-setting.ts'
import type { SettingsReader } from './settings.ts'

const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/
const ANY_REGION = 'us-east-1'

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '')

/** A folder, or `s3://bucket/prefix`. */
export const parseLake = (text: string): LakeLocation | undefined => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'folder', path: resolve(text) }
  const match = BUCKET.exec(text)
  return match ? { kind: 's3', bucket: match[1]!, prefix: trimmed(match[2] ?? '') } : undefined
}

const credentials = (from: SettingsReader): S3Access['credentials'] => {
  const secret = (name: string): string =>
    from.read({ name, fallback: '', allowed: 'a key', parse: anyText, secret: true })
  const accessKeyId = secret('AWS_ACCESS_KEY_ID')
  const secretAccessKey = secret('AWS_SECRET_ACCESS_KEY')
  const sessionToken = secret('AWS_SESSION_TOKEN')
  if ((accessKeyId === '') !== (secretAccessKey === ''))
    from.complain(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: one of them is not set; set both (or their _FILE), or none'
    )
  if (!accessKeyId || !secretAccessKey) return null
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

/** How buckets are reached. An endpoint of one's own wants a region too, and takes any. */
export const s3 = (from: SettingsReader): S3Access => {
  const allowed = 'http://… or https://…'
  const endpoint = from.read({ name: 'AWS_ENDPOINT_URL', fallback: '', allowed, parse: parseUrl('http', 'https') })
  const region = from.read({ name: 'AWS_REGION', fallback: '', allowed: 'a region', parse: anyText })
  return {
    endpoint: endpoint || null,
    region: region || (endpoint ? ANY_REGION : null),
    credentials: credentials(from)
  }
}

/** Where Parquet files go; null: nowhere. */
export const lake = (from: SettingsReader): LakeLocation | null =>
  from.read<LakeLocation | null>({
    name: 'LAKE_DIR',
    fallback: null,
    allowed: 'a folder, or s3://bucket/prefix',
    parse: parseLake
  })

/** How long a file gathers at most. */
export const lakeEveryMs = (from: SettingsReader): number =>
  from.read({
    name: 'LAKE_EVERY_MS',
    fallback: 60_000,
    allowed: 'milliseconds, or a duration such as 90s or 10m; 1 ms at least',
    parse: text => parseDuration(text) || undefined
  })
