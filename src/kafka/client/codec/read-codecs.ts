import { promisify } from 'node:util'
import { unzip, zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'
import { readLz4 } from './lz4.ts'
import { damaged, MAX_BATCH_BYTES } from './max-bytes.ts'
import { readSnappy } from './snappy.ts'

const { CompressionCodecs, CompressionTypes } = kafkajs

type Decompress = (bytes: Buffer) => Promise<Buffer>

const limit = { maxOutputLength: MAX_BATCH_BYTES }
const gunzip = promisify(unzip)
const unzstd = promisify(zstdDecompress)

const byNode =
  (codec: string, work: (bytes: Buffer, options: typeof limit) => Promise<Buffer>): Decompress =>
  async bytes => {
    try {
      return await work(bytes, limit)
    } catch (error) {
      throw damaged(codec, error instanceof Error ? error.message : String(error))
    }
  }

const refuseToWrite = async (): Promise<never> => {
  throw new Error('tickstream writes its batches as they are')
}

const reader = (decompress: Decompress) => () => ({ compress: refuseToWrite, decompress })

/**
 * Teaches the client every codec that Kafka knows. Others write as they like, and a topic or a broker with `compression.type`
 * compresses what we have written: without its codec, a reader would end at the first such batch.
 */
export const readAllCodecs = (): void => {
  CompressionCodecs[CompressionTypes.GZIP] = reader(byNode('gzip', gunzip))
  CompressionCodecs[CompressionTypes.Snappy] = reader(async bytes => readSnappy(bytes))
  CompressionCodecs[CompressionTypes.LZ4] = reader(async bytes => readLz4(bytes))
  CompressionCodecs[CompressionTypes.ZSTD] = reader(byNode('zstd', unzstd))
}
