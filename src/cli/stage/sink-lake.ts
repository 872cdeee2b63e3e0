import { hasChain } from '../../exchange/registry.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { runSinkTask } from '../../kafka/sink/sink-task.ts'
import { openStore } from '../../lake/store/open-store.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { keepCompact } from '../../sink/lake/keep-compact.ts'
import { lakeSink } from '../../sink/lake/lake-sink.ts'
import type { Command } from '../run/command.ts'

const STAGE = 'sink-lake'

export const command: Command = {
  name: 'sink lake',
  summary: 'write every trade, and where RAW_FRAMES is on every frame, to Parquet files, in a folder or in S3',
  usage: `Writes to LAKE_DIR, a folder or s3://bucket/prefix; without it the sink is off. A file is there LAKE_EVERY_MS (60 s) after its
first trade, or when those of its partition take 64 MiB. Any reader opens raw_ticks as a folder; _manifest/raw_ticks lists the files that
are whole. Days that are over are compacted once an hour, and what an earlier version wrote is brought along.
With RAW_FRAMES=on, messages of topic raw_frames go to raw_frames/ in the same way, by exchange and UTC day.`,
  options: {},
  stage: true,
  run: async ({ config, log, health, signal }) => {
    const { topicPrefix: prefix, lake, lakeEveryMs: afterMs, rawFrames: frames } = config
    if (lake === null) {
      process.stdout.write('sink lake is off: LAKE_DIR is not set\n')
      return 0
    }
    const store = await openStore(lake, config.s3)
    const kafka = createKafka(config.kafka, STAGE, log)
    const publisher = createPublisher({ kafka, prefix, stage: STAGE, log, health, clock, random: Math.random })
    const ended = new AbortController()
    const until = AbortSignal.any([signal, ended.signal])
    let compaction: Promise<void> | null = null
    try {
      const sink = lakeSink(store, clock, { afterMs, frames, hasChain })
      compaction = keepCompact({ store, clock, log, isMine: place => sink.storedTo?.(place) != null, signal: until })
      await runSinkTask({ sink, kafka, prefix, publisher, clock, log, health, signal })
      return 0
    } finally {
      ended.abort()
      await compaction
      await publisher.close()
    }
  }
}
