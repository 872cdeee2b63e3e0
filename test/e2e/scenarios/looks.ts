import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { seriousFindings } from '../../support/accessibility.ts'
import { PAGES, type Scenario, type Scene } from './scenario.ts'

const openFull = async ({ page, open }: Scene, path: string): Promise<void> => {
  await open(path)
  await page.locator('.trust-live').waitFor()
  await page.locator('main .card').first().waitFor()
  if (path === '/alerts') await page.getByRole('button', { name: 'New rule' }).click()
}

/** What can be moved sideways, the page itself included. */
const SIDEWAYS = `[...document.querySelectorAll('html, main *')]
  .filter(one => one.scrollWidth > one.clientWidth + 1)
  .filter(one => one === document.documentElement || /auto|scroll/.test(getComputedStyle(one).overflowX))
  .map(one => one.tagName + '.' + one.className)`

const sideways = (page: Page): Promise<readonly string[]> => page.evaluate<readonly string[]>(SIDEWAYS)

const WIDTHS = [390, 820, 1280]

/** How every page looks, to whom, and on what. */
export const looks: readonly Scenario[] = [
  [
    'every page has no serious finding of accessibility, dark and light',
    async scene => {
      for (const colorScheme of ['dark', 'light'] as const) {
        await scene.page.emulateMedia({ colorScheme })
        for (const path of PAGES) {
          await openFull(scene, path)
          expect({ path, colorScheme, worn: await scene.page.locator('html').getAttribute('data-theme') }).toEqual({
            path,
            colorScheme,
            worn: colorScheme
          })
          expect({ path, colorScheme, found: await seriousFindings(scene.page) }).toEqual({
            path,
            colorScheme,
            found: []
          })
        }
      }
    }
  ],
  [
    'no page, and nothing on it, has to be moved sideways, on a phone of 390 pixels, a tablet or a desk',
    async scene => {
      for (const width of WIDTHS) {
        await scene.page.setViewportSize({ width, height: 800 })
        for (const path of PAGES) {
          await openFull(scene, path)
          expect({ path, width, sideways: await sideways(scene.page) }).toEqual({ path, width, sideways: [] })
          expect(await scene.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width)
        }
      }
    }
  ],
  [
    'a simulated market is called that on every page',
    async ({ page, open }) => {
      for (const path of PAGES) {
        await open(path)
        await page.getByRole('note').filter({ hasText: 'SIMULATED' }).waitFor()
      }
    }
  ],
  [
    'the theme that is chosen is kept',
    async ({ page, open }) => {
      await open('/')
      await page.getByLabel('Theme').selectOption('light')
      await page.reload()
      expect(await page.locator('html').getAttribute('data-theme')).toBe('light')
    }
  ],
  [
    'every page is reached by keys alone, and the keys are told',
    async ({ page, open }) => {
      await open('/')
      await page.locator('.trust-live').waitFor()
      await page.keyboard.press('/')
      expect(await page.evaluate('document.activeElement.type')).toBe('search')
      await page.locator('body').press('Tab')
      for (const [letter, name] of [
        ['c', 'Chart'],
        ['p', 'Pairs'],
        ['a', 'Alerts'],
        ['q', 'Data quality'],
        ['i', 'Instruments'],
        ['m', 'Markets']
      ] as const) {
        await page.evaluate('document.activeElement.blur()')
        await page.keyboard.press('g')
        await page.keyboard.press(letter)
        await page.locator('[aria-current=page]', { hasText: name }).waitFor()
      }
      await page.keyboard.press('?')
      await page.getByRole('dialog').getByText('find a symbol').waitFor()
    }
  ]
]
