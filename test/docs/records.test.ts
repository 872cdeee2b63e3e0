import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { documentedTopics, recordsDocument } from './records-document.ts'

test('docs/records.md says what the field tables say; where it does not, `npm run docs:records` writes it anew', () => {
  expect(readFileSync('docs/records.md', 'utf8')).toBe(recordsDocument())
})

test('every topic is described but for the states of topologies', () => {
  const others = readTopicFiles()
    .map(({ name }) => name)
    .filter(name => !documentedTopics.includes(name))
  expect(others.sort()).toEqual([
    'aggregate_state',
    'alert-rules_state',
    'alert_state',
    'analyze-composite_state',
    'analyze-indicators_state',
    'analyze-kpi_state',
    'analyze-pair-legs_state',
    'analyze-pairs_state',
    'analyze-verification_state'
  ])
})
