import { afterEach, describe, expect, test } from '@jest/globals'
import { TickstreamError } from '../../src/market/error.ts'
import { DAY } from '../support/market.ts'
import { answer, timeOf } from './fake-exchange.ts'
import { BTC, createWorld, ids, openScene, positionAt, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const HOUR = 3_600_000
/** Time passes by the hour here: heartbeats are rare, and patience ends after two hours. */
const SLOW = { heartbeatMs: 60_000, gapGiveUpMs: 2 * HOUR }

/** A scene whose feed is live after 1000 to 1005. */
const liveScene = async (): Promise<Scene> => {
  const opened = openScene(SLOW)
  await opened.clock.advance(10)
  opened.exchange.trade(...ids(1000, 1005))
  await opened.clock.advance(2_000)
  return opened
}
const REFUSED = answer(451, { code: 0, msg: 'Service unavailable from a restricted location' })

/** A live feed that misses 1006 to 1008, over a history that refuses with this status. */
const refusedScene = async (status: number): Promise<void> => {
  scene = await liveScene()
  scene.exchange.refusal = answer(status, 'no')
  scene.exchange.print(1006, 1007, 1008)
  scene.exchange.trade(1009)
}

describe('a gap of which history refuses the trades', () => {
  test.each([403, 418, 451])(
    'with a %i is named, waited for by the hour, and then lost with that cause',
    async status => {
      await refusedScene(status)
      await scene.clock.advance(1.9 * HOUR)
      expect(scene.gaps()).toEqual(['1006..1008 open skipped'])
      expect(scene.lost()).toEqual([])
      await scene.clock.advance(0.2 * HOUR)
      expect(scene.gapRecords().at(-1)).toMatchObject({
        fromId: '1006',
        toId: '1008',
        status: 'unrecoverable',
        cause: 'skipped',
        reason: 'refused',
        httpStatus: status
      })
      expect(scene.lost()).toMatchObject([{ fromId: '1006', toId: '1008' }])
    }
  )

  test('is not closed before the broker has what says among the trades that they are lost', async () => {
    await refusedScene(451)
    await scene.clock.advance(1.9 * HOUR)
    scene.broker.setAway(true)
    await scene.clock.advance(0.2 * HOUR)
    expect(scene.lost()).toHaveLength(1)
    expect(scene.gaps()).toEqual(['1006..1008 open skipped'])
    scene.broker.setAway(false)
    await scene.clock.advance(1_000)
    expect(scene.gaps().at(-1)).toBe('1006..1008 unrecoverable skipped')
  })

  test('is filled when history opens before that, and the feed is whole again', async () => {
    await refusedScene(451)
    await scene.clock.advance(1.9 * HOUR)
    scene.exchange.refusal = null
    await scene.clock.advance(120_000)
    expect(scene.gaps()).toEqual(['1006..1008 open skipped', '1006..1008 filled skipped'])
    expect(scene.ids('history')).toEqual([1006, 1007, 1008])
    expect(scene.health.problems()).toEqual([])
  })

  test('is not asked for again and again: a refusal is met less than a hundred times an hour', async () => {
    await refusedScene(403)
    await scene.clock.advance(60_000)
    const before = scene.exchange.requests.length
    await scene.clock.advance(HOUR)
    expect(scene.exchange.requests.length - before).toBeLessThan(100)
  })

  test('says in readiness what the status means', async () => {
    await refusedScene(451)
    await scene.clock.advance(5_000)
    expect(scene.health.problems().join()).toMatch(/HTTP 451: .*legal reasons.*data-api\.binance\.vision/)
  })

  test('is waited for as long as the exchange says after a 418, also beyond the limit', async () => {
    scene = await liveScene()
    scene.exchange.refusal = answer(418, '', { 'retry-after': '1800' })
    scene.exchange.print(1006)
    scene.exchange.trade(1007)
    await scene.clock.advance(1_700_000)
    scene.exchange.refusal = null
    await scene.clock.advance(200_000)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 filled skipped'])
  })
})

describe('a gap that an earlier run has named', () => {
  test('is not given up for the first refusal of this run, however old it is', async () => {
    const old = {
      ...BTC,
      fromId: '980',
      toId: '989',
      count: 10,
      detectedAt: DAY - 48 * HOUR,
      status: 'open',
      cause: 'skipped',
      closedAt: null
    }
    scene = openScene({ ...SLOW, positions: [positionAt(999, DAY)], openGaps: [old as never] })
    scene.exchange.refusal = REFUSED
    await scene.clock.advance(0.9 * HOUR)
    expect(scene.lost()).toEqual([])
    await scene.clock.advance(0.5 * HOUR)
    expect(scene.gapRecords().at(-1)).toMatchObject({ fromId: '980', status: 'unrecoverable', reason: 'refused' })
  })
})

describe('a history that does not answer', () => {
  test('for hours while the stream flows leaves the gap lost as well', async () => {
    scene = await liveScene()
    scene.exchange.refusal = answer(503, 'maintenance')
    scene.exchange.print(1006)
    scene.exchange.trade(1007)
    await scene.clock.advance(2.2 * HOUR)
    expect(scene.gapRecords().at(-1)).toMatchObject({ status: 'unrecoverable', reason: 'refused', httpStatus: 503 })
  })
})

describe('a start while history refuses', () => {
  test('joins the live stream after a minute, and fills what came before when history opens', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.refusal = REFUSED
    scene.exchange.print(...ids(1000, 1004))
    await scene.clock.advance(10)
    scene.exchange.trade(1005, 1006)
    await scene.clock.advance(55_000)
    expect(scene.ids()).toEqual([])
    await scene.clock.advance(30_000)
    expect(scene.ids()).toEqual([1005, 1006])
    scene.exchange.trade(1007)
    await scene.clock.advance(2_000)
    expect(scene.heartbeats().at(-1)?.lastId).toBe('1007')
    expect(scene.gaps()).toEqual(['1000..1004 open restart'])
    scene.exchange.refusal = null
    await scene.clock.advance(120_000)
    expect(scene.ids('history')).toEqual(ids(1000, 1004))
    expect(scene.gaps().at(-1)).toBe('1000..1004 filled restart')
  })

  test('without a live trade goes live as well, and says nothing to be complete before history says that nothing is missing', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.refusal = REFUSED
    await scene.clock.advance(300_000)
    expect(scene.heartbeats()).toEqual([])
    scene.exchange.refusal = null
    await scene.clock.advance(120_000)
    expect(scene.gaps()).toEqual([])
  })
})

describe('thousands of gaps', () => {
  test('are filled with a page for a thousand ids, not one for each', async () => {
    scene = await liveScene()
    await scene.clock.advance(60_000)
    const before = scene.exchange.requests.length
    scene.exchange.refusal = answer(503, 'maintenance')
    const all = ids(1006, 5005)
    scene.exchange.print(...all)
    scene.exchange.trade(...all.filter(id => id % 2 === 1))
    await scene.clock.advance(30_000)
    expect(scene.gaps().filter(gap => gap.includes('open'))).toHaveLength(2_000)
    scene.exchange.refusal = null
    const refused = scene.exchange.requests.length
    await scene.clock.advance(30_000)
    expect(scene.ids('history')).toHaveLength(2_000)
    expect(scene.exchange.requests.length - refused).toBeLessThan(20)
    expect(refused - before).toBeLessThan(1_000)
  }, 60_000)
})

describe('ids that are in doubt while history refuses', () => {
  const doubted = (): readonly (number | null)[] => scene.positions().map(({ doubtedSince = null }) => doubtedSince)

  test('are said to be in ingest_state, at once and every minute, and asked for less than a hundred times an hour', async () => {
    scene = await liveScene()
    scene.exchange.refusal = REFUSED
    scene.exchange.beginAnew(60_000)
    await scene.clock.advance(60_000)
    scene.exchange.trade(1)
    const since = scene.clock.now()
    await scene.clock.advance(1)
    expect(doubted().at(-1)).toBe(since)
    const [told, asked] = [scene.positions().length, scene.exchange.requests.length]
    await scene.clock.advance(HOUR)
    expect(scene.positions().length - told).toBe(60)
    expect(scene.exchange.requests.length - asked).toBeLessThan(100)
    scene.exchange.refusal = null
    await scene.clock.advance(120_000)
    expect(doubted().at(-1)).toBeNull()
  })

  test('are a new epoch after hours in which nothing else came, and what was lost between says why', async () => {
    scene = await liveScene()
    scene.exchange.refusal = REFUSED
    scene.exchange.beginAnew(60_000)
    await scene.clock.advance(60_000)
    scene.exchange.trade(...ids(4, 6))
    await scene.clock.advance(1.9 * HOUR)
    expect(scene.ids()).toEqual(ids(1000, 1005))
    await scene.clock.advance(0.2 * HOUR)
    expect(
      scene
        .trades()
        .filter(({ epoch }) => epoch === 1)
        .map(({ id }) => id)
    ).toEqual(['4', '5', '6'])
    expect(scene.gapRecords()[0]).toMatchObject({
      fromId: '1006',
      status: 'unrecoverable',
      reason: 'refused',
      httpStatus: 451
    })
    expect(doubted().at(-1)).toBeNull()
    expect(scene.health.problems().filter(problem => problem.startsWith('ids of'))).toEqual([])
  })

  test('go on as before after hours when one was strange among others that fit', async () => {
    scene = await liveScene()
    scene.exchange.refusal = REFUSED
    scene.exchange.odd.set(900, { T: timeOf(1_500), E: timeOf(1_500) })
    scene.exchange.sendTrade(900)
    scene.exchange.trade(...ids(1006, 1010))
    await scene.clock.advance(1.9 * HOUR)
    expect(scene.ids()).toEqual(ids(1000, 1005))
    await scene.clock.advance(0.2 * HOUR)
    expect(scene.ids()).toEqual(ids(1000, 1010))
    expect(scene.deadLetters()).toMatchObject([{ reason: 'odd-id' }])
    expect(doubted().at(-1)).toBeNull()
  })

  test('stay in doubt while the connection is away as well: nothing says that it is history alone', async () => {
    const world = createWorld()
    let away = false
    const fetchJson: typeof world.exchange.fetchJson = async (url, signal) => {
      if (away) throw new TickstreamError('TS-AWAY', 'no answer')
      return world.exchange.fetchJson(url, signal)
    }
    scene = openScene({ ...SLOW, fetchJson }, world)
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    await scene.clock.advance(2_000)
    scene.exchange.beginAnew(60_000)
    await scene.clock.advance(60_000)
    away = true
    scene.exchange.trade(4)
    await scene.clock.advance(1_000)
    scene.exchange.accepts = false
    scene.exchange.drop()
    await scene.clock.advance(3 * HOUR)
    expect(doubted().at(-1)).not.toBeNull()
    expect(scene.gaps()).toEqual([])
  })
})

describe('a host for market data alone, which has no historicalTrades', () => {
  test('is followed from a cold start: trades are published and said to be complete, a gap is open for hours and then lost', async () => {
    const world = createWorld()
    const fetchJson: typeof world.exchange.fetchJson = async (url, signal) =>
      url.includes('historicalTrades') ? answer(404, 'Not Found') : world.exchange.fetchJson(url, signal)
    scene = openScene({ ...SLOW, fetchJson }, world)
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    await scene.clock.advance(120_000)
    scene.exchange.trade(...ids(1006, 1008))
    scene.exchange.print(1009)
    scene.exchange.trade(1010)
    await scene.clock.advance(120_000)
    expect(scene.ids()).toEqual([...ids(1000, 1008), 1010])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '1010' })
    expect(scene.gaps()).toEqual(['1009..1009 open skipped'])
    await scene.clock.advance(2 * HOUR)
    expect(scene.gapRecords().at(-1)).toMatchObject({ status: 'unrecoverable', reason: 'refused', httpStatus: 404 })
  })
})
