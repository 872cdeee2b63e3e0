import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { groupOffsets } from '../../src/kafka/admin/group-offsets.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { listSpans } from '../../src/lake/manifest/manifest.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { s3Store } from '../../src/lake/store/s3-store.ts'
import { HAS_MOTO, type MotoServer, startMoto } from '../lake/moto.ts'
import { eventually } from '../support/eventually.ts'
import { type FaultyHttp, type HttpFault, startFaultyHttp } from '../support/faulty-http.ts'
import { type LakeSinkScene, openLakeSinkScene } from '../support/lake-sink-scene.ts'
import { seeded } from '../support/seeded.ts'
import { type Play, together } from '../support/together.ts'

const AT_ONCE = 100
const PACE_MS = 100
const PATIENCE_MS = 90_000
/** Longer than a sink waits between two commits, so that one could be ahead of the store. */
const GATHERING_MS = '2000'
const BUCKET = 'lake'
const KEYS = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }
const ACCESS = { accessKeyId: 'any', secretAccessKey: 'any' }

/** What goes wrong, how often of all requests, and how often at least before the test is over. */
type HttpFaultPlan = {
  readonly fault: HttpFault
  readonly share: number
  readonly most: number
  readonly least: number
}

const FAULTS: readonly (readonly [sentence: string, seed: number, plan: HttpFaultPlan])[] = [
  ['that says slow down', 71, { fault: 'busy', share: 0.6, most: 40, least: 15 }],
  ['whose answers to what was put are lost', 72, { fault: 'lost answer', share: 0.5, most: 40, least: 8 }],
  ['that gives no answer', 73, { fault: 'silence', share: 0.3, most: 1, least: 1 }]
]

/** Partitions whose committed offset is ahead of what the store vouched for afterwards. */
const aheadOfStore = async ({ cluster }: LakeSinkScene, store: LakeStore): Promise<readonly string[]> => {
  const committed = await withAdmin(cluster.kafka, admin => groupOffsets(admin, `${cluster.prefix}sink-lake`))
  const spans = await listSpans(store, 'raw_ticks')
  const storedOf = (partition: number): number =>
    spans.filter(span => span.partition === partition).reduce((most, { last }) => Math.max(most, last + 1), 0)
  return committed
    .filter(({ partition, next }) => Number(next) > storedOf(partition))
    .map(({ partition, next }) => `${partition}: ${next}, and the store has ${storedOf(partition)}`)
}

const play = async (moto: MotoServer, seed: number, { fault, share, most, least }: HttpFaultPlan): Promise<void> => {
  const random = seeded(seed)
  let left = most
  const choose = (method: string, path: string): HttpFault => {
    const isHit = left > 0 && random() < share && (fault === 'busy' || (method === 'PUT' && path.includes('raw_ticks')))
    if (isHit) left--
    return isHit ? fault : 'none'
  }
  const proxy: FaultyHttp = await startFaultyHttp(moto.url, choose)
  const place = { kind: 's3', bucket: BUCKET, prefix: `seed-${seed}` } as const
  const store = s3Store(place, { endpoint: moto.url, region: 'us-east-1', credentials: ACCESS })
  const lake = { LAKE_DIR: `s3://${BUCKET}/${place.prefix}`, LAKE_EVERY_MS: GATHERING_MS }
  const scene = await openLakeSinkScene(seed, { place, store, env: { ...lake, ...KEYS, AWS_ENDPOINT_URL: proxy.url } })
  try {
    const sink = scene.start()
    const ahead: string[] = []
    const hits = (): number => proxy.seen.get(fault) ?? 0
    const step = async (): Promise<boolean> => {
      await scene.send(scene.market.next(AT_ONCE))
      ahead.push(...(await aheadOfStore(scene, store)))
      await sleep(PACE_MS)
      return hits() >= least
    }
    await eventually(step, () => [hits(), sink.said()], PATIENCE_MS)
    const verdict = await scene.finish(sink)
    expect({ ahead, twice: verdict.twice, faults: verdict.faults }).toEqual({ ahead: [], twice: [], faults: [] })
    expect(verdict.silver).toEqual(verdict.due)
    const committed = await withAdmin(scene.cluster.kafka, admin =>
      groupOffsets(admin, `${scene.cluster.prefix}sink-lake`)
    )
    expect(committed.filter(({ next }) => next > 0n)).toHaveLength(2)
  } finally {
    await scene.close()
    await proxy.close()
    store.close()
  }
}

const why = HAS_MOTO
  ? 'a sink lake with a bucket'
  : 'a sink lake with a bucket (left out: moto_server is not installed)'
const inBucket = HAS_MOTO ? describe : describe.skip

inBucket(why, () => {
  let moto: MotoServer
  beforeAll(async () => {
    moto = await startMoto(BUCKET)
  })
  afterAll(() => moto.stop())
  together(
    FAULTS.map(
      ([sentence, seed, plan]): Play => [
        `${sentence}: no trade is missing, none is there twice, and no offset is committed before the store has it`,
        () => play(moto, seed, plan)
      ]
    )
  )
})
