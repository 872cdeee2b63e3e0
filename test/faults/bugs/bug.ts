/** A bug to plant: in `file` the text `find`, which stands there once, becomes `replace`. */
export type Bug = {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly replace: string
  /** Test files that notice it where no seed can: what it breaks shows in no end result. */
  readonly tests?: readonly string[]
}
