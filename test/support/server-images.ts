/** What the servers of the tests run on where they run in containers; the broker's image is laid out as Testcontainers wants it. */
export const IMAGES = { kafka: 'confluentinc/cp-kafka:8.1.0', postgres: 'postgres:18' } as const
