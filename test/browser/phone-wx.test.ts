import { describe, expect, test } from 'vitest'
import { APP_ID } from '../support/phone.ts'
import { phoneSuite } from '../support/phone-suite.ts'

const suite = phoneSuite()

async function openProgram(query = '') {
  const phone = await suite.open(`open=miniProgram&${query}`)
  await phone.program.locator('.line').waitFor()
  return phone
}

describe('wx.request', () => {
  test('any HTTP status is a success, and the request travels as it was written', async () => {
    const phone = await openProgram()
    await phone.program.locator('.ask').click()
    const answer = phone.program.locator('.answer')
    await expect.poll(() => answer.textContent()).toBe('404 POST {"tea":"longjing"}')
    expect(suite.phone.heard.at(-1)).toEqual({
      path: 'network',
      body: {
        appId: APP_ID,
        url: 'http://127.0.0.1:1/teas',
        method: 'POST',
        header: {},
        data: { tea: 'longjing' },
        dataType: 'json',
        timeout: 60_000,
      },
    })
  })

  test('without a network it fails, and listeners hear when the network comes and goes', async () => {
    const phone = await openProgram()
    await phone.inProgram(
      'wx.onNetworkStatusChange(({ isConnected }) => getApp().log.push(isConnected))',
    )
    await phone.clearLog()
    await phone.press('network-offline')
    await phone.program.locator('.ask').click()
    const answer = phone.program.locator('.answer')
    await expect
      .poll(() => answer.textContent())
      .toBe('request:fail net::ERR_INTERNET_DISCONNECTED 600001')
    await phone.press('network-online')
    await expect.poll(() => phone.log()).toEqual(['false', 'true'])
  })

  test('an address that is none, an abort and a time-out each say so', async () => {
    const phone = await openProgram()
    await phone.page.route('**/phone/api/network', () => {
      // Never answered.
    })
    const outcome = (options: string, then = '') =>
      phone.inProgram(
        `new Promise((resolve) => { const task = wx.request({ ${options}, fail: resolve }); ${then} })`,
      )
    expect(await outcome('url: "shop"')).toEqual({
      errMsg: 'request:fail invalid url "shop"',
      errno: 600009,
    })
    const url = 'url: "http://127.0.0.1:1/"'
    expect(await outcome(url, 'task.abort()')).toEqual({ errMsg: 'request:fail abort' })
    expect(await outcome(`${url}, timeout: 5`)).toEqual({
      errMsg: 'request:fail timeout',
      errno: 5,
    })
  })

  test('five seconds in the background interrupt a request; the program hears it on its return', async () => {
    const phone = await suite.open()
    await phone.page.clock.install()
    await phone.page.locator('.chat').first().click()
    await phone.program.locator('.line').waitFor()
    await phone.page.route('**/phone/api/network', () => {
      // Never answered.
    })
    await phone.inProgram(
      'wx.request({ url: "http://127.0.0.1:1/", fail: ({ errMsg }) => getApp().log.push(errMsg) })',
    )
    await phone.clearLog()
    await phone.press('to-background')
    await phone.page.clock.runFor(5001)
    expect(await phone.log()).toEqual(['shop.onHide', 'app.onHide'])
    await phone.press('bring-back')
    await expect.poll(() => phone.log()).toContain('request:fail interrupted')
  })
})

describe('wx around the page', () => {
  test('without callbacks a call returns a promise, with them nothing', async () => {
    const phone = await openProgram()
    expect(await phone.inProgram('wx.login()')).toEqual({
      errMsg: 'login:ok',
      code: 'code-of-li-wei',
    })
    expect(await phone.inProgram('wx.login({ success() {} }) === undefined')).toBe(true)
    const missing = await phone.inProgram(
      'wx.getStorage({ key: "none" }).catch(({ errMsg }) => errMsg)',
    )
    expect(missing).toBe('getStorage:fail data not found')
  })

  test('storage keeps values as they were, and an absent key reads as nothing', async () => {
    const phone = await openProgram()
    const kept = await phone.inProgram(
      'wx.setStorageSync("a", { b: [1, null] }); [wx.getStorageSync("a"), wx.getStorageSync("c")]',
    )
    expect(kept).toEqual([{ b: [1, null] }, ''])
    await phone.inProgram('wx.removeStorageSync("a")')
    expect(await phone.inProgram('wx.getStorageSync("a")')).toBe('')
  })

  test('the person, the language and the system are those of the phone', async () => {
    const phone = await openProgram()
    expect(await phone.inProgram('wx.getAppBaseInfo().language')).toBe('en')
    await phone.press('language-zh_CN')
    await phone.press('platform-android')
    await phone.press('person-anna')
    await expect.poll(() => phone.inProgram('wx.getSystemInfoSync().language')).toBe('zh_CN')
    expect(await phone.inProgram('wx.getDeviceInfo().platform')).toBe('android')
    await expect
      .poll(() => phone.inProgram('wx.login().then(({ code }) => code)'))
      .toBe('code-of-anna')
    await phone.press('person-li-wei')
    expect(await phone.inProgram('wx.getExtConfigSync()')).toEqual({
      shopUrl: 'http://127.0.0.1:1',
    })
    expect(await phone.inProgram('wx.getAccountInfoSync().miniProgram.appId')).toBe(APP_ID)
  })

  test('a dialog asks and tells the answer; toasts come and go', async () => {
    const phone = await openProgram()
    const answer = phone.inProgram('wx.showModal({ title: "Sure?", content: "Really" })')
    await phone.program.getByRole('dialog').getByText('Really').waitFor()
    await phone.program.getByRole('button', { name: 'Cancel' }).click()
    expect(await answer).toMatchObject({ confirm: false, cancel: true, errMsg: 'showModal:ok' })
    await phone.inProgram('wx.showLoading({ title: "Wait" })')
    await phone.program.getByText('Wait').waitFor()
    await phone.inProgram('wx.hideLoading()')
    expect(await phone.program.getByText('Wait').count()).toBe(0)
  })

  test('the title can be changed', async () => {
    const phone = await openProgram()
    await phone.inProgram('wx.setNavigationBarTitle({ title: "Fresh teas" })')
    await phone.program.getByRole('heading', { name: 'Fresh teas' }).waitFor()
  })

  test('a call that this phone does not know is named in the console', async () => {
    const phone = await openProgram()
    expect(await phone.inProgram('wx.canIUse("openBluetooth")')).toBe(false)
    expect(await phone.inProgram('wx.canIUse("requestPayment")')).toBe(true)
    expect(await phone.inProgram('"openBluetooth" in wx')).toBe(false)
    expect(phone.complaints).toEqual([])
    expect(await phone.inProgram('typeof wx.openBluetooth')).toBe('undefined')
    expect(phone.complaints).toEqual([expect.stringContaining('wx.openBluetooth does not exist')])
  })
})
