import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf } from '../support/failure.ts'
import { startPeer } from '../support/peer.ts'
import {
  aNotice,
  anOrder,
  aReference,
  certificateList,
  connect,
  notified,
  PUB_KEY_ID,
  platformCertificate,
  refusal,
  signedReply,
  stranger,
  wechat,
} from './fixture.ts'
import { scriptedWechat } from './scripted.ts'

/** Platform certificates: downloaded, rotated, and beside a public key. */

const CERTIFICATES = 'GET /v3/certificates'
const ORDER = 'GET /v3/pay/transactions/out-trade-no/p1001abc'
const DAY_MS = 24 * 60 * 60_000
const old = platformCertificate('5157F09EFDC096DE15EBE81A47057A7200000001')
const fresh = platformCertificate('5157F09EFDC096DE15EBE81A47057A7200000002')
const notice = aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS'))

function worldWith(publicKeys: Record<string, string>) {
  const world = scriptedWechat({ platformCertificates: true, publicKeys })
  const now = () => world.clock().nowMs()
  return {
    ...world,
    now,
    downloads: () => world.peer().heard.filter(({ path }) => path === '/v3/certificates').length,
    offers: (certificates: readonly (typeof old)[], signer = old) =>
      world.answer(CERTIFICATES, () =>
        signedReply(200, certificateList(certificates), { ...signer, atMs: now() }),
      ),
    answersWith: (signer: { privateKey: string; serialNo: string }) =>
      world.answer(ORDER, () => signedReply(200, anOrder('NOTPAY'), { ...signer, atMs: now() })),
    query: () => world.provider().queryPayment(aReference()),
    notify: (signer: { privateKey: string; serialNo: string }) => {
      const raw = { ...notified(notice, { ...signer, atMs: now() }), receivedAtMs: now() }
      return world.provider().parseNotification(raw)
    },
  }
}

/** A download that was started in the background is over. */
async function settled(world: ReturnType<typeof worldWith>): Promise<void> {
  await failureOf(world.query).catch(() => undefined)
}

describe('an account with platform certificates', () => {
  const world = worldWith({})
  beforeEach(() => {
    world.offers([old])
    world.answersWith(old)
  })

  test('downloads them with the first answer, once, and names no public key', async () => {
    await Promise.all([world.query(), world.query(), world.query()])
    expect(await world.query()).toMatchObject({ status: 'pending' })
    expect(world.downloads()).toBe(1)
    expect(world.peer().last().headers).not.toHaveProperty('wechatpay-serial')
  })

  test('refuses a first notification, and takes its repeat', async () => {
    expect((await failureOf(() => world.notify(old))).outcome).toBe('unverifiable')
    await settled(world)
    expect(world.notify(old)).toMatchObject({ facts: [{ status: 'paid' }] })
    expect(world.downloads()).toBe(1)
  })

  test('takes the old and the new one while they overlap', async () => {
    await world.query()
    world.offers([old, fresh])
    world.clock().advance(60_000)
    world.answersWith(fresh)
    expect(await world.query()).toMatchObject({ status: 'pending' })
    expect(world.notify(old)).toMatchObject({ kind: 'event' })
    expect(world.notify(fresh)).toMatchObject({ kind: 'event' })
    expect(world.downloads()).toBe(2)
  })

  test('takes a list that is signed with its own new certificate', async () => {
    world.offers([old, fresh], fresh)
    expect(await world.query()).toMatchObject({ status: 'pending' })
  })

  test('costs one download a minute, however many serials are made up', async () => {
    await world.query()
    world.clock().advance(60_000)
    for (let count = 0; count < 1_000; count += 1) {
      const serialNo = count.toString(16).toUpperCase().padStart(40, 'A')
      expect(() => world.notify({ ...stranger, serialNo })).toThrow('a key that we do not have')
    }
    await settled(world)
    expect(world.downloads()).toBe(2)
  })

  test.each(['PUB_KEY_ID_1', 'nonsense', ''])(
    'asks for nothing because of serial "%s"',
    async (serialNo) => {
      await world.query()
      world.clock().advance(60_000)
      expect(() => world.notify({ ...stranger, serialNo })).toThrow('not genuine')
      await settled(world)
      expect(world.downloads()).toBe(1)
    },
  )

  test('looks for new ones twice a day, and goes on with the old while that fails', async () => {
    await world.query()
    world.clock().advance(DAY_MS / 2)
    world.answer(CERTIFICATES, () => refusal(500, 'SYSTEM_ERROR'))
    expect(await world.query()).toMatchObject({ status: 'pending' })
    expect(await world.query()).toMatchObject({ status: 'pending' })
    expect(world.downloads()).toBe(2)
  })

  test('does not believe one that has expired', async () => {
    await world.query()
    world.clock().advance(6 * 365 * DAY_MS)
    expect(() => world.notify(old)).toThrow('a key that we do not have')
  })

  test.each<[string, () => void]>([
    [
      'a stranger has signed',
      () => world.offers([old], { ...stranger, serialNo: old.serialNo, cert: '' }),
    ],
    ['names another serial', () => world.offers([{ ...old, serialNo: fresh.serialNo }])],
    ['holds no certificate', () => world.offers([{ ...old, cert: 'nonsense' }])],
    ['is refused', () => world.answer(CERTIFICATES, () => refusal(404, 'RESOURCE_NOT_EXISTS'))],
    ['is no list', () => world.on(CERTIFICATES, 200, {})],
  ])('believes nothing from a list that %s', async (_, spoil) => {
    spoil()
    expect((await failureOf(world.query)).outcome).toBe('unverifiable')
    expect(() => world.notify(old)).toThrow('a key that we do not have')
    expect(world.downloads()).toBe(1)
  })
})

describe('an account that moves to a public key', () => {
  const world = worldWith({ [PUB_KEY_ID]: wechat.publicKey })

  test('takes notifications of both kinds, and asks for answers of the new', async () => {
    world.offers([old])
    world.answersWith(old)
    await world.query()
    expect(world.peer().heard[0]?.headers['wechatpay-serial']).toBe(PUB_KEY_ID)
    expect(world.notify(old)).toMatchObject({ kind: 'event' })
    expect(world.notify({ ...wechat, serialNo: PUB_KEY_ID })).toMatchObject({ kind: 'event' })
  })

  test('takes a list of certificates that is signed with the public key', async () => {
    world.offers([old], { ...wechat, serialNo: PUB_KEY_ID, cert: '' })
    world.answersWith(old)
    expect(await world.query()).toMatchObject({ status: 'pending' })
  })
})

describe('an account with a public key alone', () => {
  const world = scriptedWechat()

  test('never asks for certificates', async () => {
    const serialNo = old.serialNo
    expect(() =>
      world.provider().parseNotification(notified(notice, { ...old, serialNo })),
    ).toThrow()
    world.answer(ORDER, () => signedReply(200, anOrder('NOTPAY'), old))
    await failureOf(() => world.provider().queryPayment(aReference()))
    expect(world.peer().heard.map(({ path }) => path.split('?')[0])).toEqual([ORDER.slice(4)])
  })
})

test('a card number is sealed with a downloaded certificate where there is no public key', async () => {
  const lists = [certificateList([old, fresh])]
  const used = { serialNo: 'none' }
  const peer = await startPeer((heard) => {
    if (heard.path === '/v3/certificates') return signedReply(200, lists[0], old)
    used.serialNo = heard.headers['wechatpay-serial'] ?? ''
    return refusal(400, 'PARAM_ERROR')
  })
  const connected = connect(peer.url, { platformCertificates: true, publicKeys: {} })
  const refund = { payment: aReference(), outRefundNo: 'rf1', providerRefundId: '5' }
  const to = { kind: 'payerBankCard', bankType: 'B', accountNumber: '6', holderName: 'N' } as const
  await failureOf(() => connected.provider.continueRefund?.(refund, to))
  expect([old.serialNo, fresh.serialNo]).toContain(used.serialNo)
  await connected.close()
  await peer.close()
})
