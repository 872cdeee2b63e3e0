/** Colours of the theme that is worn, for what is drawn on a canvas. They are named in style/base.css. */
const NAMES = [
  'panel',
  'text',
  'muted',
  'grid',
  'line',
  'up',
  'down',
  'up-soft',
  'down-soft',
  'theirs',
  'theirs-soft',
  'accent',
  'second',
  'third',
  'fourth',
  'watermark'
] as const

export type Palette = Readonly<Record<(typeof NAMES)[number], string>>

export const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement)
  const colours = NAMES.map(name => [name, style.getPropertyValue(`--${name}`).trim()] as const)
  return Object.fromEntries(colours) as Palette
}
