import { checkDatabase } from '../doctor/check-database.ts'
import { checkExchange } from '../doctor/check-exchange.ts'
import { checkInflux } from '../doctor/check-influx.ts'
import { checkKafka } from '../doctor/check-kafka.ts'
import { checkMachine } from '../doctor/check-machine.ts'
import type { Finding } from '../doctor/finding.ts'
import { besideSimulated } from '../up/simulated-market.ts'
import type { Command } from './run/command.ts'

const MARK = { ok: 'ok     ', note: 'note   ', missing: 'MISSING' } as const

const line = ({ part, state, says, todo }: Finding): string =>
  `${MARK[state]}  ${part}: ${says}${todo === undefined ? '' : `\n         -> ${todo}`}\n`

export const command: Command = {
  name: 'doctor',
  summary: 'check everything that a stage needs, and say what to do about what is missing',
  usage: 'Exit code 1 when something is missing that a stage needs.',
  options: {},
  run: async target => {
    const settings: Finding = { part: 'Settings', state: 'ok', says: 'all can be used' }
    const checks = [checkMachine, checkKafka, checkDatabase, checkInflux, checkExchange]
    const found: string[] = []
    const config = await besideSimulated(target.config, text => void found.push(text.trim()))
    const market = found.map((says): Finding => ({ part: 'Market', state: 'note', says }))
    const results = await Promise.all(checks.map(check => check({ ...target, config })))
    const findings = [settings, ...market, ...results.flat()]
    for (const finding of findings) process.stdout.write(line(finding))
    return findings.some(({ state }) => state === 'missing') ? 1 : 0
  }
}
