import { describe, expect, test } from 'vitest'
import { PHONE_VIEW } from '../support/chromium.ts'
import { phoneSuite } from '../support/phone-suite.ts'

const suite = phoneSuite()
const open = (query = 'open=miniProgram', view?: typeof PHONE_VIEW) => suite.open(query, view)

async function textOf(locator: { textContent(): Promise<string | null> }) {
  return (await locator.textContent())?.trim()
}

describe('templates and components', () => {
  test('a page is drawn with wxs, imported templates, lists and components', async () => {
    const { program, complaints } = await open()
    await program.locator('.line').waitFor()
    expect(await textOf(program.locator('.line'))).toBe('WELCOME')
    expect(await program.locator('.name').allTextContents()).toEqual(['龙井', 'Oolong'])
    expect(await program.locator('.price').allTextContents()).toEqual(['¥68.00', '¥42.50'])
    expect(await textOf(program.locator('.bar-title:visible'))).toBe('Teas')
    expect(complaints).toEqual([])
  })

  test('styles reach what they reach in WeChat: rpx, imports, and no component from outside', async () => {
    const { program } = await open()
    await program.locator('.wide').waitFor()
    const look = (selector: string, property: string) =>
      program
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property)
    expect(await look('.wide', 'width')).toBe('195px')
    expect(await look('.card', 'margin-left')).toBe('12.48px')
    expect(await look('.price', 'color')).toBe('rgb(7, 193, 96)')
    expect(await look('.card.tea', 'display')).toBe('flex')
    // The component has a `tea` of its own; neither app.wxss nor the page's sheet touches it.
    const inside = '.components_stepper_stepper--tea'
    expect(await look(inside, 'display')).toBe('block')
    expect(await look(inside, 'color')).toBe('rgb(1, 2, 3)')
    expect(await look('stepper', 'margin-left')).not.toBe('0px')
  })

  test('a tap tells its data and where it was; a disabled button tells nothing', async () => {
    const phone = await open()
    await phone.program.locator('.off').click({ force: true })
    expect(await textOf(phone.program.locator('.answer'))).toBe('')
    await phone.program.locator('.name').nth(1).click()
    await phone.program.locator('.tea-id').waitFor()
    expect(await textOf(phone.program.locator('.tea-id'))).toBe('oolong a b')
    const event = await phone.inProgram(
      '(({ type, currentTarget, target, detail }) => ({ type, current: currentTarget.dataset, target: target.dataset, x: typeof detail.x }))(getCurrentPages()[0].lastTap)',
    )
    expect(event).toEqual({ type: 'tap', current: { teaId: 'oolong' }, target: {}, x: 'number' })
  })

  test('a component triggers its event, and a caught tap goes no further', async () => {
    const phone = await open()
    await phone.program.locator('[role="button"]').filter({ hasText: '+' }).first().click()
    const amount = phone.program.locator('.components_stepper_stepper--amount').first()
    expect(await textOf(amount)).toBe('1')
    expect(await phone.inProgram('getCurrentPages().length')).toBe(1)
  })

  test('what is typed reaches the page, which may correct it, and Enter confirms', async () => {
    const { program } = await open()
    await program.locator('.note input').fill('no bad tea')
    expect(await program.locator('.note input').inputValue()).toBe('no good tea')
    await program.locator('.note input').press('Enter')
    expect(await textOf(program.locator('.echo'))).toBe('no bad tea|no good tea')
    await program.locator('.bound input').fill('two ways')
    expect(await textOf(program.locator('.bound-text'))).toBe('two ways')
  })

  test('a finger works like a mouse', async () => {
    const { program } = await open('open=miniProgram', PHONE_VIEW)
    await program.locator('.name').first().tap()
    await program.locator('.tea-id').waitFor()
    expect(await textOf(program.locator('.tea-id'))).toBe('longjing a b')
  })

  test('scripts see no browser, as in WeChat', async () => {
    const phone = await open()
    await phone.program.locator('.line').waitFor()
    expect(await phone.inProgram('getApp().startedWithout')).toBe('undefined'.repeat(4))
  })
})

describe('pages and their lifecycle', () => {
  test('hooks come in the order of WeChat, there and back', async () => {
    const phone = await open()
    await phone.program.locator('.name').first().click()
    await phone.program.locator('.back').click()
    await expect
      .poll(() => phone.log())
      .toEqual([
        'app.onLaunch pages/shop/shop {} 1089',
        'app.onShow',
        'shop.onLoad {}',
        'shop.onShow',
        'shop.onReady',
        'shop.onHide',
        'detail.attached',
        'detail.onLoad {"tea":"longjing","note":"a%20b"}',
        'detail.onShow',
        'detail.ready',
        'detail.onUnload',
        'shop.onShow',
      ])
  })

  test('a link opens a page in the middle, from which the home button leads to the first', async () => {
    const page = encodeURIComponent('pages/detail/detail?tea=green')
    const phone = await open(`open=miniProgram&page=${page}`)
    await phone.program.locator('.tea-id').waitFor()
    expect(await textOf(phone.program.locator('.tea-id'))).toBe('green')
    expect((await phone.log())[0]).toBe('app.onLaunch pages/detail/detail {"tea":"green"} 1065')
    await phone.program.getByRole('button', { name: 'Home' }).click()
    await phone.program.locator('.line').waitFor()
    expect(await phone.log()).toContain('detail.onUnload')
  })

  test('a page that is not in app.json cannot be opened, from inside or outside', async () => {
    const phone = await open()
    await phone.program.locator('.line').waitFor()
    const failure = await phone.inProgram(
      'wx.navigateTo({ url: "/pages/gone/gone" }).catch(({ errMsg }) => errMsg)',
    )
    expect(failure).toBe('navigateTo:fail page "pages/gone/gone" is not found')
    const outside = await open('open=miniProgram&page=pages/gone/gone')
    await outside.page.getByText('page "pages/gone/gone" is not found').waitFor()
    await outside.page.getByRole('button', { name: 'Close' }).click()
    await outside.page.locator('.splash').waitFor({ state: 'detached' })
  })

  test('the background hides app and page, and the way back shows them', async () => {
    const phone = await open()
    await phone.program.locator('.line').waitFor()
    await phone.clearLog()
    await phone.program.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => phone.log()).toEqual(['shop.onHide', 'app.onHide'])
    await phone.page.locator('.chat').first().click()
    await expect
      .poll(() => phone.log())
      .toEqual(['shop.onHide', 'app.onHide', 'app.onShow', 'shop.onShow'])
  })

  test('storage survives a reload and a kill, memory does not', async () => {
    const phone = await open()
    const visits = phone.program.locator('.visits')
    await visits.waitFor()
    expect(await textOf(visits)).toBe('visits 1')
    await phone.page.reload()
    await expect.poll(() => textOf(visits)).toBe('visits 2')
    await phone.program.locator('.note input').fill('forgotten')
    await phone.press('kill')
    await phone.page.locator('.chat').first().click()
    await expect.poll(() => textOf(visits)).toBe('visits 3')
    expect(await textOf(phone.program.locator('.echo'))).toBe('|')
  })
})
