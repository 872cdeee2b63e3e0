import type { Way } from './exchanges-in-memory.ts'

/** One way in which a venue fails: faults of the simulator as its flag has them, without their time, and what befalls the way to it. */
type Trouble = { readonly faults?: readonly string[]; readonly way?: Partial<Way> }

/** Trades are lost as well, so that history is needed. */
const LOST = 'dropFrames:count=3'

const refusing = (status: number): Trouble => ({ faults: [LOST], way: { status: () => status } })

const PRICE = /"(p|px|price|price_str)":("[^"]*"|[\d.]+)/g

/** Every way: those of the simulator's catalogue that befall trades, then those of a venue that changes its protocol, then REST. */
export const TROUBLES: Readonly<Record<string, Trouble>> = {
  'is disconnected': { faults: ['disconnect:for=3'] },
  'is silent': { faults: ['silence:for=5'] },
  'loses frames': { faults: [LOST] },
  'sends frames twice': { faults: ['duplicateFrames:count=5'] },
  'sends frames in another order': { faults: ['reorder:count=4'] },
  'sends what is no message': { faults: ['malformed:count=5'] },
  'loses trades for good': { faults: ['unrecoverable:count=2'] },
  'tells of a trade of the future': { faults: ['futureTrade:count=1'] },
  'sends a frame of the future': { faults: ['futureEvent:count=1'] },
  'halts trading': { faults: ['halt:for=5'] },
  'breaks trading off': { faults: ['break:for=5'] },
  'sends prices of another type': { way: { frame: text => text.replace(PRICE, '"$1":{"amount":1}') } },
  'sends a new kind of message': { way: { frame: text => `{"something_new":${text}}` } },
  'has a REST interface that is out of order': { faults: [LOST, 'restFailure:for=6'] },
  'answers slowly': { faults: [LOST], way: { latencyMs: () => 4_000 } },
  'answers too late': { faults: [LOST], way: { latencyMs: () => 10_000 } },
  'answers 429': refusing(429),
  'answers 418': refusing(418),
  'answers 451': refusing(451),
  'begins its ids anew': { faults: ['newEpoch:'] }
}
