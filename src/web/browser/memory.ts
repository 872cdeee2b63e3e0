/** What the browser remembers; a browser that forbids it forgets. */
const read = (storage: () => Storage, key: string): string | null => {
  try {
    return storage().getItem(`tickstream.${key}`)
  } catch {
    return null
  }
}

const write = (storage: () => Storage, key: string, value: string): void => {
  try {
    storage().setItem(`tickstream.${key}`, value)
  } catch {
    // A private window; what was chosen holds until it is closed.
  }
}

/** For good: the theme, what was acknowledged. */
export const remembered = (key: string): string | null => read(() => localStorage, key)

export const remember = (key: string, value: string): void => write(() => localStorage, key, value)

/** Until the tab is closed: the token. */
export const rememberedHere = (key: string): string | null => read(() => sessionStorage, key)

export const rememberHere = (key: string, value: string): void => write(() => sessionStorage, key, value)
