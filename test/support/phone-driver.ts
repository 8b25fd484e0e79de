import type { FrameLocator, Locator, Page } from 'playwright-core'
import type { SheetChoice } from '../../sandbox/phone/browser/cashier/sheet.ts'

/** What a person does with the phone, in the words of the screen. */
export class PhoneDriver {
  readonly page: Page
  readonly program: FrameLocator
  readonly account: FrameLocator
  readonly sheet: Locator
  /** Everything the browser complained about. */
  readonly complaints: string[] = []

  constructor(page: Page) {
    this.page = page
    this.program = page.frameLocator('iframe[name="mini-program"]')
    this.account = page.frameLocator('iframe[name="official-account"]')
    this.sheet = page.locator('.cashier-sheet')
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
  }

  /** Hooks and callbacks of the fixture program, in the order they were called. */
  async log(): Promise<string[]> {
    const log: unknown = await this.inProgram('getApp().log')
    return Array.isArray(log) ? log.map(String) : []
  }

  /** Forgets what was logged so far. */
  async clearLog(): Promise<void> {
    await this.inProgram('getApp().log.length = 0')
  }

  async inProgram(expression: string): Promise<unknown> {
    const frame = this.page.frame('mini-program')
    if (frame === null) throw new Error('the Mini Program is not running')
    return frame.evaluate(expression)
  }

  /** The switch beside the phone, or in its drawer. */
  async press(control: string): Promise<void> {
    await this.page.locator(`[data-control="${control}"]`).click()
  }

  async typePassword(digits: string): Promise<void> {
    for (const digit of digits) {
      await this.sheet.getByRole('button', { name: digit, exact: true }).click()
    }
  }

  /** One of the choices that only the sandbox offers. */
  async choose(choice: SheetChoice): Promise<void> {
    await this.page.locator('.cashier-sandbox summary').click()
    await this.page.locator(`.cashier-sandbox [data-choice="${choice}"]`).click()
  }

  async finishPayment(): Promise<void> {
    await this.page.locator('.cashier-done').click()
    await this.page.locator('.cashier-success').waitFor({ state: 'detached' })
  }
}
