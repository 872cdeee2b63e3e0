import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A file of the dashboard, as it is served. */
export type WebFile = { readonly type: string; readonly body: Buffer }

const FOLDER = join(import.meta.dirname, '../../web')

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2dd4bf" stroke-width="3" stroke-linecap="round"><path d="M4 9v7M10 7v9M16 6v8M21 9v6"/></svg>`

const page = (script: string, style: string): string => `<!doctype html>
<html lang="en" data-theme="dark">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="Candles that can be checked: markets, charts, pairs, alerts and data quality.">
<meta name="color-scheme" content="dark light">
<title>tickstream</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body><noscript>The dashboard needs JavaScript. The same data is at /api/v1/, described by /openapi.json.</noscript></body>
</html>
`

const bundle = () =>
  build({
    entryPoints: [join(FOLDER, 'main.tsx'), join(FOLDER, 'style/main.css')],
    bundle: true,
    minify: true,
    write: false,
    outdir: '/assets',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent'
  })

/** The name says what is in the file, so that a browser may keep it for good. */
const addressOf = (ending: string, body: Buffer): string =>
  `/assets/app-${createHash('sha256').update(body).digest('hex').slice(0, 12)}${ending}`

/** The dashboard's files by their paths, made from its sources in memory. `/` is the page that stands for every view. */
export const buildWebApp = async (): Promise<ReadonlyMap<string, WebFile>> => {
  const { outputFiles } = await bundle()
  const body = (ending: string): Buffer => Buffer.from(outputFiles.find(({ path }) => path.endsWith(ending))!.contents)
  const [script, style] = [body('.js'), body('.css')]
  const [scriptPath, stylePath] = [addressOf('.js', script), addressOf('.css', style)]
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: Buffer.from(page(scriptPath, stylePath)) }],
    [scriptPath, { type: 'text/javascript; charset=utf-8', body: script }],
    [stylePath, { type: 'text/css; charset=utf-8', body: style }],
    ['/assets/icon.svg', { type: 'image/svg+xml', body: Buffer.from(ICON) }]
  ])
}
