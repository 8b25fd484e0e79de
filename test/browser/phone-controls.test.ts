import { expect, test } from 'vitest'
import { phoneSuite } from '../support/phone-suite.ts'

const suite = phoneSuite()

async function openControls() {
  const phone = await suite.open('open=miniProgram&page=pages/controls/controls')
  const { program } = phone
  await program.locator('.send').waitFor()
  const text = (selector: string) => program.locator(selector).textContent()
  return { phone, program, text }
}

test('a form sends what its named fields hold', async () => {
  const { program, text } = await openControls()
  await program.locator('.name input').fill('Anna')
  await program.locator('.wish textarea').fill('less ice')
  await program.locator('.small').click()
  await program.locator('.sugar').click()
  await program.locator('.gift').click()
  await program.locator('.send').click()
  expect(JSON.parse((await text('.sent')) ?? '')).toEqual({
    name: 'Anna',
    wish: 'less ice',
    size: 'small',
    extras: ['milk', 'sugar'],
    gift: true,
  })
})

test('a form that is left alone sends its first values, and a reset empties the texts', async () => {
  const { program, text } = await openControls()
  await program.locator('.send').click()
  expect(JSON.parse((await text('.sent')) ?? '')).toEqual({
    name: 'Li',
    wish: '',
    size: 'large',
    extras: ['milk'],
    gift: false,
  })
  await program.locator('.clear').click()
  expect(await text('.sent')).toBe('reset')
  expect(await program.locator('.name input').inputValue()).toBe('')
})

test('radios exclude each other, boxes do not, and groups tell what is checked', async () => {
  const { program, text } = await openControls()
  await program.locator('.small').click()
  expect(await text('.noted')).toBe('"small"')
  await program.locator('.large').click()
  expect(await text('.noted')).toBe('"large"')
  const radios = program.getByRole('radio')
  expect(await radios.nth(0).getAttribute('aria-checked')).toBe('false')
  await program.locator('.milk').click()
  expect(await text('.noted')).toBe('[]')
  await program.locator('.milk').click()
  await program.locator('.sugar').click()
  expect(await text('.noted')).toBe('["milk","sugar"]')
})

test('pictures of the program load, hidden things are unseen, labels are spoken', async () => {
  const { phone, program } = await openControls()
  await expect.poll(() => phone.log()).toContain('image 24')
  expect(await program.locator('.unseen').isVisible()).toBe(false)
  expect(await program.getByRole('note', { name: 'Spoken' }).count()).toBe(1)
  expect(await program.locator('.tick path').count()).toBe(1)
  expect(phone.complaints).toEqual([])
})

test('a list scrolls to what it is told and says when its end is reached', async () => {
  const { phone, program } = await openControls()
  const list = program.locator('.list')
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect.poll(() => phone.log()).toContain('list end')
  expect(await program.getByText('row 19').isVisible()).toBe(true)
})

test('a navigator leads to its page', async () => {
  const { program, text } = await openControls()
  await program.locator('.go').click()
  await program.locator('.tea-id').waitFor()
  expect((await text('.tea-id'))?.trim()).toBe('linked')
})

test('what is pressed wears its hover class, and loses it afterwards', async () => {
  const { phone, program } = await openControls()
  const pressed = program.locator('.pressed')
  const color = () => pressed.evaluate((element) => getComputedStyle(element).color)
  await pressed.hover()
  await phone.page.mouse.down()
  expect(await color()).toBe('rgb(9, 9, 9)')
  await phone.page.mouse.up()
  await expect.poll(color).not.toBe('rgb(9, 9, 9)')
})
