/**
 * How a member of a group is missed: the shortest session that a broker allows by default, and so the time until a killed member's
 * partitions are taken over, or a member that lost its connection is let in again under a new name.
 */
export const groupSession = { sessionTimeout: 6_000, heartbeatInterval: 1_500 } as const
