import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Outgoing } from '../../src/stream/topic.ts'

/** States as earlier versions wrote them, by the day: DAY/NAME.json.gz. They are kept for good. */
const FOLDER = 'test/contract/states'

/** Records, what the state topic held after the first half of them, and what the other half led to. */
export type KeptState = {
  readonly version: string
  readonly records: readonly unknown[]
  readonly changelog: readonly Pick<Outgoing, 'key' | 'value'>[]
  readonly outputs: readonly Pick<Outgoing, 'topic' | 'key' | 'value'>[]
}

/** The day for which states are to be kept now: `KEEP_STATES=2026-12-01 npx jest -t 'an earlier version'`. */
export const keepFor = (): string | null => process.env.KEEP_STATES ?? null

export const keepStates = (day: string, name: string, states: readonly KeptState[]): void => {
  mkdirSync(`${FOLDER}/${day}`, { recursive: true })
  writeFileSync(`${FOLDER}/${day}/${name}.json.gz`, gzipSync(JSON.stringify(states), { level: 9 }))
}

/** Every state of that name, with the day it was kept. */
export const keptStates = (name: string): readonly (KeptState & { readonly day: string })[] =>
  readdirSync(FOLDER).flatMap(day => {
    const file = `${FOLDER}/${day}/${name}.json.gz`
    if (!readdirSync(`${FOLDER}/${day}`).includes(`${name}.json.gz`)) return []
    const states = JSON.parse(String(gunzipSync(readFileSync(file)))) as KeptState[]
    return states.map(state => ({ day, ...state }))
  })
