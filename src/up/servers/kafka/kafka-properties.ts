/** What a broker without others needs. */
export const ONE_NODE_SETTINGS: Readonly<Record<string, string>> = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1'
}

/** What every broker of ours is set to, wherever it runs; limits, fsync and retention stay at the broker's defaults. */
export const BROKER_SETTINGS: Readonly<Record<string, string>> = {
  ...ONE_NODE_SETTINGS,
  'group.initial.rebalance.delay.ms': '0',
  'auto.create.topics.enable': 'false'
}

/** Properties as the variables from which Kafka's images take them. */
export const asVariables = (properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value])
  )

/** A one-node broker, for jars and container alike. */
export const kafkaProperties = (node: {
  readonly listeners: string
  readonly advertised: string
  readonly voters: string
  readonly logDir: string
  readonly settings?: Readonly<Record<string, string>>
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
  ...(node.settings ?? BROKER_SETTINGS)
})
