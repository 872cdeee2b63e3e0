/** Largest record: a dead letter with 8 MiB of payload in base64, and its envelope. */
const MESSAGE_MAX_BYTES = 12_582_912

/** Settings of a one-node broker, for jars and container alike; fsync and retention stay at the broker's defaults. */
export const kafkaProperties = (node: {
  readonly listeners: string
  readonly advertised: string
  readonly voters: string
  readonly logDir: string
}): Readonly<Record<string, string>> => ({
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': node.voters,
  listeners: node.listeners,
  'advertised.listeners': node.advertised,
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'log.dirs': node.logDir,
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'auto.create.topics.enable': 'false',
  'message.max.bytes': String(MESSAGE_MAX_BYTES),
  'replica.fetch.max.bytes': String(MESSAGE_MAX_BYTES)
})
