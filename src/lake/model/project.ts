import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { render } from './render.ts'
import { type Macro, parseMacros } from './template.ts'

/** A model or a test: the file's name without its ending, and its text. */
export type SqlFile = { readonly name: string; readonly source: string }

/** The dbt project: models after those that they read. */
export type Project = {
  readonly models: readonly SqlFile[]
  readonly tests: readonly SqlFile[]
  readonly macros: ReadonlyMap<string, Macro>
}

const readFolder = async (folder: string): Promise<readonly SqlFile[]> => {
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async name => ({ name: basename(name, '.sql'), source: await readFile(join(folder, name), 'utf8') }))
  )
}

const refsOf = ({ name, source }: SqlFile, macros: ReadonlyMap<string, Macro>): ReadonlySet<string> =>
  render(source, { name, macros, incremental: true, environment: { LAKE_DIR: '' } }).refs

const inOrder = (models: readonly SqlFile[], macros: ReadonlyMap<string, Macro>): readonly SqlFile[] => {
  const ordered = new Set<SqlFile>()
  const byName = new Map(models.map(model => [model.name, model]))
  const visit = (name: string, path: readonly string[]): void => {
    const model = byName.get(name)
    if (!model)
      throw new TickstreamError('TS-LAKE-MODEL', `lake models: ${path.at(-1)} reads ${name}, which is no model`)
    if (path.includes(name)) throw new TickstreamError('TS-LAKE-MODEL', `lake models: ${name} reads itself`)
    if (ordered.has(model)) return
    for (const ref of refsOf(model, macros)) visit(ref, [...path, name])
    ordered.add(model)
  }
  for (const { name } of models) visit(name, [])
  return [...ordered]
}

/** Reads a dbt project. Throws `TS-DATA` for what is not understood of it. */
export const readProject = async (folder: string): Promise<Project> => {
  const [models, tests, files] = await Promise.all(
    ['models', 'tests', 'macros'].map(name => readFolder(join(folder, name)))
  )
  const macros = new Map(files!.flatMap(file => parseMacros(file.source)).map(macro => [macro.name, macro]))
  return { models: inOrder(models!, macros), tests: tests!, macros }
}
