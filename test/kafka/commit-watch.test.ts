import { beforeEach, describe, expect, test } from '@jest/globals'
import { createCommitWatch } from '../../src/kafka/client/commit-watch.ts'
import { type CommitFailureReason, commitFailureReason, explainFailure } from '../../src/kafka/client/kafka-errors.ts'
import { TickstreamError } from '../../src/market/error.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { registry } from '../../src/runtime/observe/metrics.ts'
import { fakeClock } from '../support/fake-clock.ts'

/** An error as the client throws it after its tries. */
const said = (type: string): Error =>
  Object.assign(new Error('tried in vain'), {
    name: 'KafkaJSNumberOfRetriesExceeded',
    cause: Object.assign(new Error(`the broker says no`), { name: 'KafkaJSProtocolError', type })
  })

const watched = () => {
  const [clock, health] = [fakeClock(), createHealth()]
  return { clock, health, commits: createCommitWatch({ stage: 'sums', clock, health }) }
}

const figure = async (name: string): Promise<readonly object[]> =>
  (await registry.getSingleMetric(name)?.get())?.values ?? []

beforeEach(() => registry.resetMetrics())

describe('a stage that cannot commit', () => {
  test('is ready for ten seconds, then says for how long nothing was committed, and why', async () => {
    const { clock, health, commits } = watched()
    commits.due('2')
    await clock.sleep(10_000)
    expect(health.problems()).toEqual([])
    commits.failed('2', said('INVALID_TIMESTAMP'))
    await clock.sleep(24_500)
    expect(health.problems()).toEqual([
      expect.stringMatching(/^commits of sums: nothing of partition 2 has been committed for 34 s: INVALID_TIMESTAMP: /)
    ])
    expect(health.problems()[0]).toContain('compare the clocks')
  })

  test('says so too when no answer ever comes', async () => {
    const { clock, health, commits } = watched()
    commits.due('0')
    await clock.sleep(11_000)
    expect(health.problems()).toEqual(['commits of sums: nothing of partition 0 has been committed for 11 s'])
  })

  test('is not excused by trying again and again, nor by another partition that fares well', async () => {
    const { clock, health, commits } = watched()
    for (let n = 0; n < 15; n++) {
      commits.due('0')
      commits.failed('0', said('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))
      commits.due('1')
      commits.done('1')
      await clock.sleep(1_000)
    }
    expect(health.problems()).toEqual([expect.stringContaining('partition 0 has been committed for 15 s')])
  })

  test('is ready again after one commit, or when the partition is no longer its own', async () => {
    const { clock, health, commits } = watched()
    commits.due('0')
    commits.due('1')
    await clock.sleep(20_000)
    commits.done('0')
    expect(health.problems()).toHaveLength(1)
    commits.clear('1')
    expect(health.problems()).toEqual([])
  })

  test('counts failures by their reason, and tells when it committed last', async () => {
    const { clock, commits } = watched()
    commits.failed('0', said('COORDINATOR_NOT_AVAILABLE'))
    commits.failed('0', said('NOT_COORDINATOR_FOR_GROUP'))
    commits.done('0')
    expect(await figure('tickstream_commit_failures_total')).toEqual([
      expect.objectContaining({ value: 2, labels: { stage: 'sums', reason: 'coordinator' } })
    ])
    expect(await figure('tickstream_last_commit_timestamp_seconds')).toEqual([
      expect.objectContaining({ value: clock.now() / 1_000, labels: { stage: 'sums', partition: '0' } })
    ])
  })
})

const DRAWERS: readonly (readonly [string, CommitFailureReason, RegExp])[] = [
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'authorization', /transactional ids/],
  ['TOPIC_AUTHORIZATION_FAILED', 'authorization', /ACLs/],
  ['GROUP_AUTHORIZATION_FAILED', 'authorization', /consumer group/],
  ['INVALID_TIMESTAMP', 'timestamp', /clocks/],
  ['GROUP_COORDINATOR_NOT_AVAILABLE', 'coordinator', /__transaction_state/],
  ['INVALID_PRODUCER_EPOCH', 'fenced', /another process/],
  ['TRANSACTION_COORDINATOR_FENCED', 'fenced', /another process/],
  ['MESSAGE_TOO_LARGE', 'too-large', /max\.message\.bytes/],
  ['NOT_ENOUGH_REPLICAS', 'replicas', /min\.insync\.replicas/],
  ['UNKNOWN_TOPIC_OR_PARTITION', 'topic', /topics apply/],
  ['REQUEST_TIMED_OUT', 'broker-away', /brokers run/]
]

describe('why a commit failed', () => {
  test.each(DRAWERS)('%s is a matter of %s', (code, reason, advice) => {
    expect(commitFailureReason(said(code))).toBe(reason)
    expect(explainFailure(said(code))).toMatch(code)
    expect(explainFailure(said(code))).toMatch(advice)
  })

  test('without a word of the broker it is away; the sink says itself what ails it', () => {
    const silent = Object.assign(new Error('Connection timeout'), { name: 'KafkaJSConnectionError' })
    expect(explainFailure(silent)).toBe('Connection timeout; check KAFKA_BROKERS, and that all brokers run')
    const away = new TickstreamError('TS-AWAY', 'PostgreSQL does not answer: ECONNREFUSED')
    expect([commitFailureReason(away), explainFailure(away)]).toEqual(['store', away.message])
    expect(commitFailureReason(new TypeError('x'))).toBe('other')
  })
})
