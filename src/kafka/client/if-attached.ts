const BROKEN_OFF = 'Consumer group was not initialized'

/**
 * Pauses, seeks or resumes. A consumer that has just broken off takes no such orders, and needs none: when it is back, the group assigns
 * it all of its partitions anew.
 */
export const steer = (order: () => void): void => {
  try {
    order()
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith(BROKEN_OFF))) throw error
  }
}
