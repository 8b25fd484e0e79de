import type { Locator } from 'playwright-core'
import type { PhoneDriver } from './phone-driver.ts'

/** What stands on the pages of the tea shop's Mini Program, in the words of whoever reads it. */
export class MiniProgramDriver {
  readonly phone: PhoneDriver

  constructor(phone: PhoneDriver) {
    this.phone = phone
  }

  heading(text: string): Locator {
    return this.#part('verdict--heading', text)
  }

  /** A button of an outcome or a panel. */
  action(text: string): Locator {
    return this.#part('verdict--action', text)
  }

  payButton(text: string): Locator {
    return this.#part('pay-button--pay-button', text)
  }

  button(text: string): Locator {
    return this.phone.program.locator('.button', { hasText: text }).last()
  }

  link(text: string): Locator {
    return this.phone.program.locator('.link', { hasText: text }).last()
  }

  /** The newest order of the history. */
  firstOrder(): Locator {
    return this.phone.program.locator('[class*="order-card--order"]').first()
  }

  /** A step of the newest order. */
  step(text: string): Locator {
    return this.firstOrder().getByRole('button', { name: text, exact: true })
  }

  #part(name: string, text: string): Locator {
    return this.phone.program.locator(`[class*="${name}"]`, { hasText: text }).last()
  }
}
