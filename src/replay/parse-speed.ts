/** Times the recorded pace; `max`: as fast as it goes. */
export type Speed = number | 'max'

/** Reads a speed; undefined for what is none. */
export const parseSpeed = (text: string): Speed | undefined => {
  if (text === 'max') return 'max'
  const speed = Number(text)
  return speed > 0 && Number.isFinite(speed) ? speed : undefined
}
