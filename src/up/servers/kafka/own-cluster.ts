import { randomBytes } from 'node:crypto'
import { TickstreamError } from '../../../market/error.ts'
import { clusterAt } from './kafka-answers.ts'

/** What brokers were given before each data folder had an id of its own. */
export const FIRST_CLUSTER_ID = '5L6g3nShT-eMCtK--X86sw'

/** An id as Kafka makes them: 16 bytes in base64 for addresses, and no dash in front, which tools would take for an option. */
export const newClusterId = (): string => {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}

/**
 * Whether the broker of this cluster serves at the port. Throws `TS-SETUP` when another one does: a program that was quicker
 * to take the port, whose data are none of ours.
 */
export const ownClusterAnswers = async (port: number, clusterId: string): Promise<boolean> => {
  const found = await clusterAt(port)
  if (found === null) return false
  if (found === clusterId) return true
  throw new TickstreamError(
    'TS-SETUP',
    `another Kafka answers at 127.0.0.1:${port} (cluster ${found}; ours is ${clusterId}); nothing was written to it. End it, or set KAFKA_BROKERS to a broker that is meant`
  )
}
