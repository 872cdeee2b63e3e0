/** An error as the Kafka client throws it: `type` is the broker's own word, empty when the broker could not be reached. */
export type BrokerError = Error & { readonly type: string; readonly retriable: boolean }

export const brokerError = (type: string): BrokerError =>
  Object.assign(new Error(`the broker says ${type}`), { name: 'KafkaJSProtocolError', type, retriable: false })

/** The broker gives no answer, however often it is asked. */
export const noAnswer = (): BrokerError =>
  Object.assign(new Error('the broker does not answer'), {
    name: 'KafkaJSNumberOfRetriesExceeded',
    type: '',
    retriable: true
  })
