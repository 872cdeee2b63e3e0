/** A certificate that nobody vouches for, as far as this machine knows: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
export const UNKNOWN_CA =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_UNTRUSTED)$/

/** What keeps TLS from coming about, and what to do. `passes`: it may be over without anything being set here. */
export type TlsProblem = { readonly words: string; readonly passes: boolean }

const PROBLEMS: readonly (readonly [RegExp, TlsProblem])[] = [
  [
    UNKNOWN_CA,
    {
      words:
        'its certificate is of a CA that is not known here; set NODE_EXTRA_CA_CERTS to a file with the certificate of that CA',
      passes: false
    }
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    { words: 'its certificate is for another name; use in the URL a name that the certificate holds', passes: false }
  ],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    { words: 'its certificate is not valid today; renew it, or set the clock of this machine', passes: true }
  ],
  [
    /^(ERR_SSL_|EPROTO)/,
    { words: 'there is no TLS to be agreed on; look at http or https, and the port, in the URL', passes: false }
  ]
]

const codesOf = (error: unknown): readonly string[] => {
  if (typeof error !== 'object' || error === null) return []
  const code = 'code' in error ? [String(error.code)] : []
  return 'cause' in error ? [...code, ...codesOf(error.cause)] : code
}

/** The problem of TLS behind an error of a client, whichever wrapped it; null when it is another one. */
export const tlsProblem = (error: unknown): TlsProblem | null => {
  const codes = codesOf(error)
  return PROBLEMS.find(([pattern]) => codes.some(code => pattern.test(code)))?.[1] ?? null
}
