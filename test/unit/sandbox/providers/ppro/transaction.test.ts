import { describe, expect, test } from 'vitest'
import { START_MS } from '../wechat-world.ts'
import { paid, pproWorld, read, started } from './world.ts'

const TWO_HOURS_S = 7_200

describe('TRANSACTION', () => {
  test('answers pending, with code, page, secret and expiry in seconds', async () => {
    const world = await pproWorld()
    const answer = await world.call(world.transaction)
    expect(answer).toMatchObject({
      REQUESTSTATUS: 'SUCCEEDED',
      STATUS: 'PENDING',
      MERCHANTTXID: 'J2wkc3cdDaJS',
      CHANNEL: 'testchannel',
      TAG: 'wechatpay',
      FUNDSSTATUS: 'WAITING',
      'SPECOUT.EXPIRYTIMESTAMP': String(START_MS / 1000 + TWO_HOURS_S),
    })
    expect(answer['TXID']).toMatch(/^\d{1,20}$/)
    expect(answer['REDIRECTSECRET']).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(answer['REDIRECTURL']).toBe(`${world.simulator.url}/wechatpay/${answer['TXID']}`)
    expect(answer['SPECOUT.QRCODEURL']).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=/)
    expect(answer['SPECOUT.PAYMENTPURPOSE']).toMatch(/^[A-Z0-9]{6} Tea$/)
    expect(answer['SPECOUT.SRCAMOUNT']).toBeUndefined()
  })

  test('adds one salt parameter of a random name', async () => {
    const world = await pproWorld()
    const salts = async () => {
      const answer = await world.call(world.transaction)
      return Object.keys(answer).filter((name) => /^RAND\d+$/.test(name))
    }
    const [first, second] = [await salts(), await salts()]
    expect([first.length, second.length]).toEqual([1, 1])
    expect(first).not.toEqual(second)
  })

  test('by wechatpayh5 leads to the phone’s WeChat, and needs the payer’s address', async () => {
    const world = await pproWorld()
    const h5 = { ...world.transaction, tag: 'wechatpayh5' }
    expect(await world.call(h5)).toMatchObject({ STATUS: 'FAILED', FAILREASON: 'INPUT_DATA' })
    const answer = await world.call({ ...h5, 'specin.ipaddress': '203.0.113.7' })
    expect(answer).toMatchObject({ STATUS: 'PENDING', 'SPECOUT.REDIRECTOPTIONAL': 'true' })
    expect(answer['SPECOUT.QRCODEURL']).toContain('http://wechat.test/')
  })

  test('takes the same merchanttxid twice', async () => {
    const world = await pproWorld()
    const [first, second] = [await started(world), await started(world)]
    expect(first).not.toBe(second)
    expect(world.simulator.books().payments).toHaveLength(2)
  })

  test.each([
    { currency: 'JPY' },
    { currency: 'eur' },
    { countrycode: 'DE' },
    { amount: '10.55' },
    { amount: '0' },
    { amount: '' },
    { tag: 'alipay' },
    { channel: 'production' },
    { merchanttxid: 'with space' },
    { merchanttxid: 'x'.repeat(41) },
    { notificationurl: '' },
    { notificationurl: 'shop.example/n' },
    { merchantredirecturl: 'javascript:alert(1)' },
    { accountholdername: '' },
    { 'specin.locale': 'de-DE' },
    { tag: 'wechatpayh5', 'specin.ipaddress': '2001:db8::1' },
  ])('refuses %j as INPUT_DATA, and creates nothing', async (change) => {
    const world = await pproWorld()
    const answer = await world.call({ ...world.transaction, ...change })
    expect(answer).toMatchObject({ STATUS: 'FAILED', TXID: '0', FAILREASON: 'INPUT_DATA' })
    expect(answer['ERRMSG']).toContain(Object.keys(change).at(-1))
    expect(world.simulator.books().payments).toEqual([])
  })

  test('refuses private addresses where it is strict', async () => {
    const world = await pproWorld({ strictIpAddress: true })
    const h5 = { ...world.transaction, tag: 'wechatpayh5' }
    const status = async (address: string) =>
      (await world.call({ ...h5, 'specin.ipaddress': address }))['STATUS']
    expect(await status('127.0.0.1')).toBe('FAILED')
    expect(await status('203.0.113.7')).toBe('PENDING')
  })
})

describe('every call', () => {
  test.each([
    { login: 'x' },
    { password: 'x' },
    { contractid: 'x' },
    { returnmode: 'html' },
    { txtype: 'X' },
  ])('with %j is refused outright, with txid 0', async (change) => {
    const world = await pproWorld()
    const answer = await world.call({ ...world.transaction, ...change })
    expect(answer).toMatchObject({ REQUESTSTATUS: 'FAILED', STATUS: 'FAILED', TXID: '0' })
    expect(world.simulator.books().payments).toEqual([])
  })

  test.each([
    ['dot', 'SPECOUT.EXPIRYTIMESTAMP=', 'SPECOUT.FXRATE=7.8'],
    ['underscore', 'SPECOUT_EXPIRYTIMESTAMP=', 'SPECOUT_FXRATE=7.8'],
    ['mixed', 'SPECOUT_EXPIRYTIMESTAMP=', 'SPECOUT.FXRATE=7.8'],
    ['colon', 'SPECOUT_EXPIRYTIMESTAMP=', 'SPECOUT.FXRATE:7.8'],
  ] as const)('spells names the %s way', async (spelling, first, money) => {
    const world = await pproWorld({ spelling })
    const txid = await paid(world)
    const { login, password, contractId } = world.contract
    const answer = await world.raw({
      txtype: 'GETTXSTATUS',
      txid,
      login,
      password,
      contractid: contractId,
      returnmode: 'urlencodeext',
    })
    expect(answer).toContain(first)
    expect(answer).toContain(money)
    expect(read(answer)['STATUS']).toBe('SUCCEEDED')
  })

  test('another contract sees nothing of it', async () => {
    const world = await pproWorld()
    const txid = await paid(world)
    world.simulator.register({ ...world.contract, contractId: 'OTHER' })
    expect(await world.call({ txtype: 'GETTXSTATUS', txid, contractid: 'OTHER' })).toMatchObject({
      REQUESTSTATUS: 'FAILED',
    })
  })

  test('under a fault plan fails, or happens without an answer', async () => {
    const world = await pproWorld()
    world.simulator.faults.set({
      calls: [
        { operation: 'create', fault: 'timeoutAfterSuccess' },
        { operation: 'query', fault: 'fail5xx', status: 503 },
      ],
    })
    await expect(world.call(world.transaction)).rejects.toThrow('fetch failed')
    const [lost] = world.simulator.books().payments
    const found = await world.call({
      txtype: 'GETTXSTATUSBYMERCHANTTXID',
      merchanttxid: 'J2wkc3cdDaJS',
    })
    expect(found['TXID']).toBe(lost?.id)
    const failing = { txtype: 'GETTXSTATUS', txid: lost?.id ?? '' }
    expect((await world.call(failing))['STATUS']).toBeUndefined()
    expect((await world.call(failing))['STATUS']).toBe('PENDING')
  })
})
