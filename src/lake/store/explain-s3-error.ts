import { TickstreamError } from '../../market/error.ts'
import { tlsProblem } from '../../runtime/observe/tls-problem.ts'

type BucketAddress = { readonly bucket: string; readonly endpoint: string | null }

/** Codes of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html that no waiting mends, and what does. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['NoSuchBucket', 'there is no such bucket: create it, or name another one in LAKE_DIR'],
  ['InvalidBucketName', 'no bucket can have that name: set LAKE_DIR to s3://bucket/prefix'],
  ['PermanentRedirect', 'the bucket is in another region: set AWS_REGION to it'],
  ['AuthorizationHeaderMalformed', 'the bucket is in another region: set AWS_REGION to it'],
  [
    'AccessDenied',
    'these credentials may not do that: they need s3:PutObject, s3:GetObject, s3:ListBucket and s3:DeleteObject'
  ],
  ['InvalidAccessKeyId', 'the store does not know AWS_ACCESS_KEY_ID'],
  ['SignatureDoesNotMatch', 'AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID'],
  ['InvalidToken', 'AWS_SESSION_TOKEN is not valid'],
  ['ExpiredToken', 'AWS_SESSION_TOKEN has run out: renew it'],
  [
    'CredentialsProviderError',
    'there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or their _FILE'
  ],
  ['Region is missing', 'set AWS_REGION']
])

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const statusOf = (cause: unknown): number => {
  const metadata = isObject(cause) ? cause.$metadata : undefined
  return isObject(metadata) ? Number(metadata.httpStatusCode ?? 0) : 0
}

const adviceFor = (cause: unknown): string | undefined => {
  const advice = isObject(cause) ? (ADVICE.get(String(cause.name)) ?? ADVICE.get(String(cause.message))) : undefined
  if (advice || statusOf(cause) !== 403) return advice
  return 'the store refuses these credentials: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
}

/** What an error of the store means: something to set right, or an outage that passes. Never bad data. */
export const explainS3Error = ({ bucket, endpoint }: BucketAddress, cause: unknown): TickstreamError => {
  if (cause instanceof TickstreamError) return cause
  const where = `s3://${bucket}${endpoint === null ? '' : ` at ${endpoint}`}`
  const reason = isObject(cause) ? `${cause.name}: ${cause.message}` : String(cause)
  const unavailable = (problem: string): TickstreamError =>
    new TickstreamError('TS-LAKE-AWAY', `${where} ${problem}: ${reason}`, { cause })
  const tls = tlsProblem(cause)
  if (tls && !tls.passes)
    return new TickstreamError('TS-LAKE-SETUP', `LAKE_DIR: ${where}: ${tls.words} (${reason})`, { cause })
  if (tls) return unavailable(`takes nothing: ${tls.words}`)
  if (isObject(cause) && cause.name === 'RequestTimeTooSkewed')
    return unavailable('takes nothing: the clock of this machine is wrong; set it (NTP)')
  const advice = adviceFor(cause)
  if (advice) return new TickstreamError('TS-LAKE-SETUP', `LAKE_DIR: ${where}: ${advice} (${reason})`, { cause })
  return unavailable('does not answer')
}
