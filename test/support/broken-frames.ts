type Json = Readonly<Record<string, unknown>> | readonly unknown[]

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** What no field of a market's message is: each is put in place of each. */
const WRONG: readonly (readonly [string, unknown])[] = [
  ['left out', undefined],
  ['null', null],
  ['an object', {}],
  ['NaN in words', 'NaN'],
  ['below zero', -1],
  ['text below zero', '-1'],
  ['a fraction', 1.5],
  ['beyond exact numbers', 2 ** 60],
  ['empty', '']
]

const put = (value: Json, [name, ...path]: readonly string[], wrong: unknown): Json => {
  if (name === undefined) return value
  const inner = Reflect.get(value, name)
  const changed = path.length > 0 && isJson(inner) ? put(inner, path, wrong) : wrong
  return Array.isArray(value) ? value.with(Number(name), changed) : { ...value, [name]: changed }
}

/** The message with another value at a path such as `data.0.p`; undefined leaves it out. */
export const replaced = (message: Json, path: string, value: unknown): Json => put(message, path.split('.'), value)

/** The paths of all that a message holds. */
export const pathsOf = (message: Json): readonly string[] =>
  Object.entries(message).flatMap(([name, value]) => [
    name,
    ...(isJson(value) ? pathsOf(value).map(path => `${name}.${path}`) : [])
  ])

/** The message once for each wrong value of one of its fields, named by a path such as `data.0.p`; nothing about it is right. */
export const brokenFields = (message: Json, paths: readonly string[]): readonly (readonly [string, string])[] =>
  paths.flatMap(path =>
    WRONG.map(([what, wrong]) => [`${path} ${what}`, JSON.stringify(replaced(message, path, wrong))] as const)
  )

/** Texts that no exchange sends as market data, some made of a message that it does send. */
export const foreignTexts = (message: string): Readonly<Record<string, string>> => ({
  truncated: message.slice(0, Math.floor(message.length * 0.7)),
  'twice in one': message + message,
  'in a list': `[${message}]`,
  'in words': JSON.stringify(message),
  'a number': '17',
  null: 'null',
  empty: '',
  'no JSON': 'trade? 17',
  'an empty object': '{}',
  polluted: `{"__proto__":${message}}`,
  'constructor key': '{"constructor":{"prototype":{"e":"trade"}}}',
  'binary as text': Buffer.from([0, 255, 254, 7, 123, 125]).toString('utf8'),
  huge: `{"note":"${'x'.repeat(5 * 1024 * 1024)}"}`
})
