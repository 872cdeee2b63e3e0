import { tmpdir } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import { whyItEnded } from '../../src/up/process/why-it-ended.ts'

const FULL = `[2026-11-30 10:00:00,000] INFO starting (kafka.server.KafkaRaftServer)
[2026-11-30 10:00:01,000] ERROR Error while writing meta.properties (kafka.server.LogDirFailureChannel)
java.io.IOException: No space left on device
\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)
\tat kafka.log.UnifiedLog.append(UnifiedLog.scala:1)
[2026-11-30 10:00:02,000] INFO shutting down (kafka.server.KafkaRaftServer)
[2026-11-30 10:00:03,000] INFO closed 1 (kafka.server.KafkaRaftServer)
[2026-11-30 10:00:04,000] INFO closed 2 (kafka.server.KafkaRaftServer)
[2026-11-30 10:00:05,000] INFO shut down completed (kafka.server.KafkaRaftServer)`

describe('why a server ended', () => {
  test('is a full disk, wherever in its words that stands, and no stack', () => {
    expect(whyItEnded(FULL, tmpdir())).toBe('the disk is full: java.io.IOException: No space left on device')
  })

  test.each([
    ['java.net.BindException: Address already in use', 'another program has its port'],
    ['could not open file "x": Read-only file system', 'the file system can only be read'],
    ['There is insufficient memory for the Java Runtime Environment', 'there is not enough memory']
  ])('%s is told in few words', (words, means) => {
    expect(whyItEnded(words, tmpdir())).toBe(`${means}: ${words}`)
  })

  test('is otherwise what it said last', () => {
    expect(whyItEnded('a\nb\nc\n  at x.y(z)\nd\n', tmpdir())).toBe('b | c | d')
    expect(whyItEnded('', tmpdir())).toBe('it said nothing')
  })
})
