/** The client tells nobody of this part of it: what a broker answers of a partition, as a reader at `read_committed` sees it. */
declare module 'kafkajs/src/consumer/batch.js' {
  import type { KafkaMessage } from 'kafkajs'

  export default class Batch {
    constructor(topic: string, fetchedOffset: string, answer: { readonly messages: readonly KafkaMessage[] })
    /** With what was aborted, and the marks of transactions. */
    readonly rawMessages: readonly KafkaMessage[]
    readonly messages: readonly KafkaMessage[]
    lastOffset(): string
  }
}
