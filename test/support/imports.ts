import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const IMPORT = /(?:^|[\s;}])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g
const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm

/** What a file imports or hands on, by path; packages by name. */
export type Imports = ReadonlyMap<string, readonly string[]>

/** The code of a file without its comments. */
export const withoutComments = (text: string): string => text.replace(COMMENT, '')

/** The specifiers of all imports in code without comments, in order. */
export const importsIn = (code: string): readonly string[] =>
  [...code.matchAll(IMPORT)].map(match => match[1] ?? match[2]!)

/** The paths of all TypeScript files of a folder, from the folder on. */
export const sourcePaths = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(path => /\.tsx?$/.test(path))

/** What each file of these folders imports, paths as the folders are given. */
export const readImports = (roots: readonly string[]): Imports =>
  new Map(roots.flatMap(root => sourcePaths(root).map(path => importsOfFile(join(root, path)))))

const importsOfFile = (path: string): [string, readonly string[]] => {
  const specifiers = importsIn(withoutComments(readFileSync(path, 'utf8')))
  return [path, specifiers.map(specifier => (specifier.startsWith('.') ? join(dirname(path), specifier) : specifier))]
}
