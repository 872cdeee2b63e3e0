/** A bug to plant: in `file` the text `find`, which stands there once, becomes `replace`. */
export type Bug = {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly replace: string
  /** Test files that notice it where no seed can: what it breaks shows in no end result. */
  readonly tests?: readonly string[]
}

/** The code of its file with the bug in it. Throws when its text does not stand there exactly once. */
export const withBug = ({ name, file, find, replace }: Bug, code: string): string => {
  const found = code.split(find).length - 1
  if (found !== 1)
    throw new Error(`"${name}" finds its text ${found} times in ${file}; bring test/faults/bugs up to date`)
  return code.replace(find, () => replace)
}
