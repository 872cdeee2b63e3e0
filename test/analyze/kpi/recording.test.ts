import { describe, expect, test } from '@jest/globals'
import { analyzeKpi } from '../../../src/analyze/analyze-kpi.ts'
import { KPI_FIGURES } from '../../../src/market/records/derived/kpi.ts'
import { kpis } from '../../../src/topics.ts'
import { expectClose } from '../../contract/indicator-contract.ts'
import { drive } from '../../support/drive.ts'
import { expectedKpis } from '../../support/kpi-oracle.ts'
import { minutesBefore, recordedQuotes } from '../../support/recorded-quotes.ts'
import { RECORDED } from '../../support/recording.ts'

const describeRecorded = RECORDED ? describe : describe.skip

describeRecorded('KPIs of recorded frames (skipped where ../shared/data is absent)', () => {
  test('equal those that are computed anew from everything before them', () => {
    const quotes = [...minutesBefore(300), ...recordedQuotes()]
    const found = drive(analyzeKpi({ everyMs: 5_000 }), quotes, { commitEvery: 100 }).outputs
    const wanted = expectedKpis(quotes, 5_000)
    // 23:54:20 to 00:00:00
    expect(found.length).toBe(69)
    expect(wanted.length).toBe(found.length)
    for (const [at, { value }] of found.entries()) {
      const kpi = kpis.codec.decode(Buffer.from(value ?? ''))
      const figures = KPI_FIGURES.map(name => kpi[name])
      expect(kpi.time).toBe(wanted[at]?.time)
      if (at > 0) expect(figures).not.toContain(null)
      expectClose(
        figures,
        KPI_FIGURES.map(name => wanted[at]?.[name] ?? null)
      )
    }
  })
})
