import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { TickstreamError } from '../../src/market/error.ts'
import { ERRORS, errorCode, exitCodeOf, outcomeOf } from '../../src/market/errors.ts'
import { DEAD_LETTER_REASONS } from '../../src/market/records/dead-letter-reason.ts'

const said = (type: string): Error => Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type })

describe('the code of an error', () => {
  test.each([
    ['INVALID_PRODUCER_EPOCH', 'TS-FENCED', 'fenced'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'TS-KAFKA-TOPIC', 'fatal'],
    ['TOPIC_AUTHORIZATION_FAILED', 'TS-KAFKA-TOPIC-DENIED', 'fatal'],
    ['GROUP_AUTHORIZATION_FAILED', 'TS-KAFKA-GROUP-DENIED', 'retryable'],
    ['MESSAGE_TOO_LARGE', 'TS-KAFKA-TOO-LARGE', 'poison'],
    ['INVALID_TIMESTAMP', 'TS-KAFKA-CLOCK', 'poison'],
    ['NOT_COORDINATOR_FOR_GROUP', 'TS-KAFKA-COORDINATOR', 'retryable'],
    ['UNKNOWN_SERVER_ERROR', 'TS-KAFKA-OTHER', 'retryable']
  ])('of the broker, %s: %s', (type, code, outcome) => {
    expect([errorCode(said(type)), outcomeOf(said(type))]).toEqual([code, outcome])
    expect(errorCode(new Error('around it', { cause: said(type) }))).toBe(code)
  })

  test('is its own where it has one, whatever caused it', () => {
    const error = new TickstreamError('TS-LAKE-SETUP', 'no bucket', { cause: said('UNKNOWN_SERVER_ERROR') })
    expect([errorCode(error), error.retryable, exitCodeOf(error)]).toEqual(['TS-LAKE-SETUP', false, 2])
  })

  test('a broker that says nothing is away, the system lacks something, and anything else is a bug', () => {
    const silent = Object.assign(new Error('Connection timeout'), { name: 'KafkaJSConnectionError' })
    const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' })
    expect([silent, taken, new TypeError('x'), 'x'].map(errorCode)).toEqual([
      'TS-KAFKA-AWAY',
      'TS-SETUP',
      'TS-BUG',
      'TS-BUG'
    ])
    expect(exitCodeOf(new TypeError('x'))).toBe(1)
  })
})

/** The first two cells of the rows of a table: what stands in code there, and what is written of it. */
const rowsOf = (heading: string): readonly (readonly string[])[] => {
  const [, section] = readFileSync('docs/errors.md', 'utf8').split(`## ${heading}\n`)
  return (section?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line =>
      line
        .slice(2, -2)
        .split(' | ')
        .map(cell => cell.trim())
    )
}

describe('docs/errors.md', () => {
  test('has every code and no other, with what the code says of it', () => {
    const rows = Object.entries(ERRORS).map(([code, { outcome, means, todo }]) => [`\`${code}\``, outcome, means, todo])
    expect(rowsOf('Codes')).toEqual(rows)
  })

  test('names the codes that end with exit code 2', () => {
    const [sentence] = /`TS-[^.]* end with exit code 2/.exec(readFileSync('docs/errors.md', 'utf8')) ?? ['']
    const codes = Object.entries(ERRORS).flatMap(([code, row]) => ('exitCode' in row ? [code] : []))
    expect([...sentence.matchAll(/`(TS-[A-Z-]+)`/g)].map(([, code]) => code)).toEqual(codes)
  })

  test('has every reason of a dead letter and no other', () => {
    const rows = Object.entries(DEAD_LETTER_REASONS).map(([reason, means]) => [`\`${reason}\``, means])
    expect(rowsOf('Reasons of dead letters')).toEqual(rows)
  })
})
