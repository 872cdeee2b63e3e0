import {
  ALERT_KINDS,
  ALERT_PRIORITIES,
  ALERT_STATES,
  type Alert,
  type AlertSubject
} from '../../../market/records/alert/alert.ts'
import { asFields, type Fields, figure, oneOf, orNull, text, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const subject = (of: Fields): AlertSubject =>
  'pair' in of ? { pair: text(of, 'pair') } : { instrument: text(of, 'instrument') }

/** An alert from decoded JSON. Throws `TS-DATA` that names the bad field. */
export const checkAlert = (value: unknown): Alert => {
  const of = asFields(value)
  return {
    id: text(of, 'id'),
    rule: text(of, 'rule'),
    kind: oneOf(of, 'kind', ALERT_KINDS),
    priority: oneOf(of, 'priority', ALERT_PRIORITIES),
    ...subject(of),
    time: time(of, 'time'),
    value: orNull(of, 'value', figure),
    threshold: figure(of, 'threshold'),
    state: oneOf(of, 'state', ALERT_STATES),
    message: text(of, 'message')
  }
}

export const alertCodec = jsonCodec(checkAlert)
