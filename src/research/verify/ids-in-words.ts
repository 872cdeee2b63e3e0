import { epochOf, type InEpoch } from '../../market/epoch.ts'

/** Trade ids as they are told: those of a later epoch say so. */
export const idsInWords = ({
  fromId,
  toId,
  ...range
}: InEpoch & { readonly fromId: string; readonly toId: string }): string =>
  `${fromId}..${toId}${epochOf(range) === 0 ? '' : ` of epoch ${epochOf(range)}`}`
