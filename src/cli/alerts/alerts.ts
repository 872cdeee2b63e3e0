import { dryRun, dryRunPlan } from '../../alert/dry-run.ts'
import { asTable, ruleRow } from '../../alert/rule-line.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import { epochMs } from '../../market/time.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { type Flags, refuseProblems, timeFlag } from '../../runtime/flags.ts'
import { alertRules } from '../../topics.ts'
import type { Command, Context } from '../run/command.ts'
import { readObservations } from './read-observations.ts'
import { type KnownRules, readRules } from './read-rules.ts'
import { RULE_FLAGS, ruleFromOptions } from './rule-from-options.ts'

const STAGE = 'alerts'
const TITLES = ['name', 'kind', 'priority', 'state', 'watches', 'fires', 'by']

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const client = ({ config, log }: Context) => createKafka(config.kafka, STAGE, log)

const knownRules = (context: Context): Promise<KnownRules> =>
  readRules(client(context), context.config.topicPrefix, context.signal)

/** Writes a rule, or a tombstone. */
const write = async (context: Context, name: string, rule: AlertRule | null): Promise<void> => {
  const { config, log, health } = context
  const { topicPrefix: prefix } = config
  const publisher = createPublisher({
    kafka: client(context),
    prefix,
    stage: STAGE,
    log,
    health,
    clock,
    random: Math.random
  })
  const value = rule && alertRules.codec.encode(rule)
  await publisher.send([{ topic: alertRules.name, key: name, value, time: clock.now() }]).finally(publisher.close)
}

const list: Command = {
  name: 'alerts list',
  summary: 'the rules that raise alerts',
  usage: '--json   one JSON object a line',
  options: { json: { type: 'boolean' } },
  run: async context => {
    const { written, builtIn, problems } = await knownRules(context)
    if (context.values.json === true) {
      for (const rule of written) print(JSON.stringify({ ...rule, builtIn: false }))
      for (const rule of builtIn) print(JSON.stringify({ ...rule, builtIn: true }))
      return 0
    }
    const rows = [...written.map(rule => ruleRow(rule, false)), ...builtIn.map(rule => ruleRow(rule, true))]
    for (const line of asTable([TITLES, ...rows])) print(line)
    for (const problem of problems) print(`not a rule, and not in force: ${problem}`)
    return 0
  }
}

const ADD = `NAME --kind K …    or --file rule.json, which holds the whole rule; a rule of the same name is replaced
--kind K           z_score, price, correlation, volume_spike, volatility, rsi, gap, stale
--above X          fires above it, and --below X below it; a negative one as --below=-2
                   (z_score: standard deviations; price: of 1m closes; volume_spike: times the median; volatility: short
                   over long; gap: missing trades; stale: seconds)
--instrument I     binance:BTC/USDT; without it, all
--pair A~B         z_score and correlation: binance:BTC/USDT~binance:ETH/USDT; without it, all
--interval 1m      z_score, correlation and rsi
--method ols       z_score and correlation: ols, huber, theil_sen, kalman
--window N         volume_spike and volatility: 1m candles; --short-window N: of volatility
--hysteresis X     how far back behind the bound resolves it
--cooldown 5m      after a firing the same bound is silent so long
--priority P       low, medium or high
--disabled         written, and not in force; so is a built-in rule of that name`

const textOptions = (names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, { type: 'string' } as const]))

const add: Command = {
  name: 'alerts add',
  summary: 'add or replace a rule; it is in force within moments',
  usage: ADD,
  options: { ...textOptions([...RULE_FLAGS, 'file']), disabled: { type: 'boolean' } },
  positionals: 1,
  run: async context => {
    const rule = ruleFromOptions(context)
    const { written, builtIn } = await knownRules(context)
    await write(context, rule.name, rule)
    const isThere = [...written, ...builtIn].some(({ name }) => name === rule.name)
    print(`${isThere ? 'replaced' : 'added'} ${ruleRow(rule, false).filter(Boolean).join('  ')}`)
    return 0
  }
}

const named = ({ positionals: [name] }: Context, command: string): string => {
  if (name === undefined) throw new TickstreamError('TS-CONFIG', `name a rule: tickstream ${command} NAME`)
  return name
}

const unknownRule = (name: string, names: readonly string[]): TickstreamError =>
  new TickstreamError('TS-CONFIG', `there is no rule "${name}"; there are: ${names.join(', ') || 'none'}`)

const remove: Command = {
  name: 'alerts remove',
  summary: 'take a rule away; what it left firing is resolved',
  usage: 'NAME     the rule; one that replaced a built-in rule leaves that in force again',
  options: {},
  positionals: 1,
  run: async context => {
    const name = named(context, 'alerts remove')
    const { written, builtIn } = await knownRules(context)
    if (builtIn.some(rule => rule.name === name))
      throw new TickstreamError(
        'TS-CONFIG',
        `${name} is built in; silence it by \`tickstream alerts add ${name} --kind z_score --disabled\``
      )
    if (!written.some(rule => rule.name === name)) {
      const names = written.map(rule => rule.name)
      throw unknownRule(name, names)
    }
    await write(context, name, null)
    print(`removed ${name}`)
    return 0
  }
}

const ruleToTest = async (context: Context): Promise<AlertRule> => {
  if (context.values.file !== undefined) return ruleFromOptions(context)
  const name = named(context, 'alerts test')
  const { written, builtIn } = await knownRules(context)
  const rules = [...written, ...builtIn]
  const rule = rules.find(one => one.name === name)
  if (rule) return rule
  const names = rules.map(one => one.name)
  throw unknownRule(name, names)
}

const alertLine = ({ time, state, message }: Alert): string =>
  `${new Date(time).toISOString()}  ${state.padEnd('resolved'.length)}  ${message}`

const tryOut: Command = {
  name: 'alerts test',
  summary: 'when a rule would have fired, over what the topics still hold',
  usage: `NAME              the rule; or --file rule.json for one that is not written yet
--from ISO        2024-08-09T00:00:00Z
--to ISO          exclusive; now where it is left out
--json            one JSON object a line`,
  options: { ...textOptions(['from', 'to', 'file']), json: { type: 'boolean' } },
  positionals: 1,
  run: async context => {
    const flags: Flags = { values: context.values, problems: [] }
    const [from, to] = [timeFlag(flags, 'from'), timeFlag(flags, 'to') ?? clock.now()]
    if (context.values.from === undefined) flags.problems.push('--from is missing: give a time as 2024-08-09T00:00:00Z')
    if (from !== null && from >= to) flags.problems.push('--from is not before --to')
    refuseProblems(flags, 'alerts test')
    const rule = await ruleToTest(context)
    const timeRange = { kafka: client(context), prefix: context.config.topicPrefix, from: from ?? epochMs(0), to }
    const observations = await readObservations(dryRunPlan(rule), { ...timeRange, signal: context.signal })
    const alerts = dryRun(rule, observations, timeRange.from, to)
    const isJson = context.values.json === true
    for (const alert of alerts) print(isJson ? JSON.stringify(alert) : alertLine(alert))
    const firings = alerts.filter(({ state }) => state === 'firing').length
    if (!isJson) print(`${rule.name} would have fired ${firings} times over ${observations.length} records`)
    return 0
  }
}

export const commands: readonly Command[] = [list, add, remove, tryOut]
