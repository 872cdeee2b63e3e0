import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

type Finding = { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] }

const source = readFileSync(createRequire(join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core calls serious or critical on a page, with the first place of each. */
export const seriousFindings = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(source)
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
