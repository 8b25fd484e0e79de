import { minorToDecimal } from '../../../shared/money.ts'
import type { NotificationInput } from '../../notifier.ts'
import type { PaymentRow } from './ledger.ts'
import { notificationHash } from './signing.ts'
import { type Fields, formText } from './wire.ts'
import type { World } from './world.ts'

/** Tells the merchant how the payment ended; nothing where no address is known. */
export function notifyFinal(world: World, row: PaymentRow): boolean {
  if (row.notificationUrl === '') return false
  world.notifier.send(notification(world, row, row.code === '0'))
  return true
}

/** Somebody who does not know the secret claims that it was paid. */
export function forgePaid(world: World, row: PaymentRow): void {
  if (row.notificationUrl !== '') world.notifier.sendForged(notification(world, row, true))
}

function notification(world: World, row: PaymentRow, paid: boolean): NotificationInput {
  const secret = world.merchants.get(row.merchantId)?.secret ?? ''
  const mode = world.behaviour().notification
  const published = row.method === 'wechatpay' ? 'signed' : 'unsigned'
  const signed = (mode === 'asPublished' ? published : mode) === 'signed'
  const message = (key: string) => ({
    url: row.notificationUrl,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: formText(signed ? signedFields(row, paid, key) : unsignedFields(row, paid)),
  })
  return {
    ...message(secret),
    event: paid ? 'SUCCEEDED' : 'FAILED',
    subject: row.transactionId,
    forged: message(`not ${secret}`),
  }
}

/** As in the desktop example: TXID is the merchant's orderid. H5 has the rest of its example too. */
function signedFields(row: PaymentRow, paid: boolean, secret: string): Fields {
  const fields = {
    PAYMENTGUARANTEE: 'NONE',
    TXID: row.orderId,
    REQUESTSTATUS: 'SUCCEEDED',
    TAG: row.method,
    ERRMSG: paid ? '' : errorText(row),
    STATUS: paid ? 'SUCCEEDED' : 'FAILED',
    ...(row.method === 'wechatpayh5' ? h5Fields(row, paid) : {}),
  }
  const { PAYMENTGUARANTEE, TXID, ...rest } = fields
  return { PAYMENTGUARANTEE, TXID, HASH: notificationHash(fields, secret), ...rest }
}

/** As in the H5 example: TXID is PPRO's number, and nothing is signed. */
function unsignedFields(row: PaymentRow, paid: boolean): Fields {
  const fields = {
    REQUESTSTATUS: 'SUCCEEDED',
    STATUS: paid ? 'SUCCEEDED' : 'FAILED',
    TXID: row.pproId,
    ERRMSG: paid ? '' : errorText(row),
    CHANNEL: 'testchannel',
    TAG: row.method,
    PAYMENTGUARANTEE: 'NONE',
  }
  return { ...fields, ...h5Fields(row, paid) }
}

/** What only the H5 example has; its figures are minor units, but for the yuan. */
function h5Fields(row: PaymentRow, paid: boolean): Fields {
  const fields = { CHANNEL: 'testchannel', REDIRECTSECRET: row.redirectSecret }
  if (!paid) return fields
  return {
    ...fields,
    'SPECOUT.CNYAMOUNT': minorToDecimal(row.wallet),
    'SPECOUT.FXRATE': row.rate,
    'SPECOUT.SETTLEMENTAMOUNT': String(row.amount.value),
    'SPECOUT.SETTLEMENTCURRENCY': row.amount.currency,
    'SPECOUT.SRCAMOUNT': String(row.wallet.value),
    'SPECOUT.SRCCURRENCY': row.wallet.currency,
  }
}

function errorText({ code }: PaymentRow): string {
  if (code === '-5003') return 'payment aborted by user'
  return code === '-1315' ? 'timeout' : 'payment failed'
}
