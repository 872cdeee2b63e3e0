import { TickstreamError } from '../market/error.ts'
import { movePositions, showPositions } from '../research/positions/run-positions.ts'
import { parseBroker, parseList } from '../runtime/config/parse-setting.ts'
import { textFlag } from '../runtime/flags.ts'
import type { Command } from './run/command.ts'

const print = (lines: readonly string[]): number => {
  process.stdout.write(lines.map(line => `${line}\n`).join(''))
  return 0
}

const show: Command = {
  name: 'positions show',
  summary:
    'where every stage goes on: offset, lag, time of the last record before it, and the log that it is an offset of',
  usage:
    '--json   one JSON object a line; positions in PostgreSQL and in the lake are shown where these are configured',
  options: { json: { type: 'boolean' } },
  run: async context => print(await showPositions(context, context.values.json === true))
}

const NEEDS =
  'name the stage and the cluster of before: tickstream positions move sink-postgres --from-brokers host:9092'

const move: Command = {
  name: 'positions move',
  summary:
    'give a stopped sink its positions in the copies of its topics, in a cluster that is a mirror of the one before',
  usage: `STAGE                  sink-postgres or sink-influx: what they write again stays as it is
--from-brokers H:P,…   the cluster of before; KAFKA_BROKERS is the new one
--from-prefix P        before the names in the cluster of before; otherwise TOPIC_PREFIX
--yes                  do it; without it, it is only said`,
  options: { 'from-brokers': { type: 'string' }, 'from-prefix': { type: 'string' }, yes: { type: 'boolean' } },
  positionals: 1,
  run: async context => {
    const { config, values, positionals } = context
    const flags = { values, problems: [] }
    const [stage] = positionals
    const brokers = parseList(parseBroker)(textFlag(flags, 'from-brokers') ?? '')
    if (stage === undefined || brokers === undefined) throw new TickstreamError('TS-CONFIG', NEEDS)
    const prefix = textFlag(flags, 'from-prefix') ?? config.topicPrefix
    return print(await movePositions(context, { stage, brokers, prefix, isMeant: values.yes === true }))
  }
}

export const commands: readonly Command[] = [show, move]
