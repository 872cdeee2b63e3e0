/** What the refusals mean that any exchange, or a firewall before it, may send. An adapter adds its own, and the ways out. */
export const REFUSAL_WORDS = {
  403: 'a firewall refuses the request, that of the exchange or one on the way: check proxies and egress rules, and how much this address asks',
  451: 'the exchange does not serve the place that this address belongs to, for legal reasons; asking again does not help'
} as const

/** Of an exchange that has no words of its own. */
export const SHARED_REFUSALS: ReadonlyMap<number, string> = new Map(
  Object.entries(REFUSAL_WORDS).map(([status, advice]) => [Number(status), advice])
)
