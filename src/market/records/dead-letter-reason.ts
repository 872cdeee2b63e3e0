/** Why something is a dead letter, as it stands in `dead_letters`, the metrics and docs/errors.md, each with what it means. */
export const DEAD_LETTER_REASONS = {
  undecodable: 'it cannot be read: no record of its topic, no frame of the exchange, or a batch that is damaged',
  refused: 'it can be read, but the broker, the database or the store that should take it never will',
  misplaced: 'it stands in another partition than the one of its key',
  late: 'a trade came when its windows could no longer be revised',
  'behind-window': 'a revision of a candle came when its pair had gone on for too long',
  'future-time': 'its time has not come',
  'past-time': 'a stream carried a trade of long ago; history is asked whether it happened',
  'bad-id': 'a trade id is not a whole number',
  'odd-id': 'a trade id does not belong to those before it, and history does not know it',
  'odd-kline': "a candle of the exchange's contradicts itself, so its minute is not verified",
  'gap-for-good': 'windows were written off with the trades that they lack',
  unknown_event: 'a frame holds another event than its stream carries',
  unknown_stream: 'a frame came of a stream to which nobody subscribed',
  'webhook-refused': 'the receiver of alerts refuses one',
  'webhook-unreachable': 'the receiver of alerts could not be reached for ten minutes'
} as const

export type DeadLetterReason = keyof typeof DEAD_LETTER_REASONS
