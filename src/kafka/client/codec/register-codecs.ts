import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { readLz4 } from './lz4.ts'
import { damaged, MAX_BATCH_BYTES } from './max-bytes.ts'
import { readSnappy } from './snappy.ts'

const { CompressionCodecs, CompressionTypes } = kafkajs

type Decompress = (bytes: Buffer) => Buffer
type Compress = (bytes: Buffer) => Buffer

const limit = { maxOutputLength: MAX_BATCH_BYTES }
/** The fastest level: of ticks in batches of a hundred it leaves 14 bytes each, level 3 leaves 16 in twice the time. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 }
/** Our records shrink to a tenth or so. Room for all of a batch at once spares the copying of its parts: twice as fast for a large one. */
const roomFor = (bytes: number): { readonly chunkSize: number } => ({
  chunkSize: Math.min(Math.max(64, bytes), 1 << 20)
})
const GZIP = { level: 1 }

const byNode =
  (codec: string, work: (bytes: Buffer, options: typeof limit) => Buffer): Decompress =>
  bytes => {
    try {
      return work(bytes, limit)
    } catch (error) {
      throw damaged(codec, error instanceof Error ? error.message : String(error))
    }
  }

const readOnly = (codec: string): Compress => {
  const refuse = (): never => {
    throw new Error(`tickstream writes no ${codec}`)
  }
  return refuse
}

/** A batch is compressed where it is made: for the few thousand bytes of most, a thread would cost ten times as much. */
const codec = (decompress: Decompress, compress: Compress) => () => ({
  compress: async ({ buffer }: { readonly buffer: Buffer }) => compress(buffer),
  decompress: async (bytes: Buffer) => decompress(bytes)
})

/**
 * Teaches the client every codec that Kafka knows. Others write as they like, and a topic or a broker with `compression.type`
 * compresses anew what we have written: without its codec, a reader would end at the first such batch.
 */
export const registerCodecs = (): void => {
  CompressionCodecs[CompressionTypes.GZIP] = codec(byNode('gzip', gunzipSync), bytes => gzipSync(bytes, GZIP))
  CompressionCodecs[CompressionTypes.Snappy] = codec(readSnappy, readOnly('snappy'))
  CompressionCodecs[CompressionTypes.LZ4] = codec(readLz4, readOnly('lz4'))
  CompressionCodecs[CompressionTypes.ZSTD] = codec(
    byNode('zstd', (bytes, options) => zstdDecompressSync(bytes, { ...options, ...roomFor(16 * bytes.length) })),
    bytes => zstdCompressSync(bytes, { params, ...roomFor(bytes.length >> 1) })
  )
}
