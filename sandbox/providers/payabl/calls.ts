import { jsonReply, type Reply, type SandboxRequest } from '../../http.ts'
import { diagnose, stamp, TooWide } from './diagnose.ts'
import { notifyFinal } from './notifications.ts'
import type { PayablMerchant } from './options.ts'
import { acceptedFields, startPayment, verbatimFields } from './payments.ts'
import { refund } from './refunds.ts'
import { Refused } from './requests.ts'
import { isSigned } from './signing.ts'
import { type Fields, formReply, parseForm, type Xml, xmlReply } from './wire.ts'
import type { World } from './world.ts'

interface Operation {
  /** The word that fault plans use for it. */
  readonly word: (fields: Fields) => string
  readonly answer: (world: World, merchant: PayablMerchant, fields: Fields) => Reply
  /** How this operation says no: with HTTP 200 as well. */
  readonly refuse: (world: World, refused: Refused) => Reply
}

const QUESTIONS: Readonly<Record<string, string>> = { tx: 'query', orderid: 'find' }

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['payment_preauthorize', { word: () => 'create', answer: preauthorize, refuse: refuseInForm }],
  ['payment_refund', { word: () => 'refund', answer: giveBack, refuse: refuseInForm }],
  [
    'tx_diagnose',
    {
      word: ({ type = '' }: Fields) => QUESTIONS[type] ?? 'list',
      answer: (world: World, merchant: PayablMerchant, fields: Fields) =>
        diagnosis(world, { code: '0', message: '' }, diagnose(world, merchant, fields)),
      refuse: (world: World, refused: Refused) => diagnosis(world, refused, []),
    },
  ],
  [
    'send_notification',
    {
      word: () => 'resend',
      answer: resend,
      refuse: (_: World, { code, message }: Refused) =>
        xmlReply('response', { notification_status: code, error_message: message }),
    },
  ],
])

/** An operation of the payment methods that capture and reverse themselves, or none at all. */
const OTHER: Operation = {
  word: () => 'other',
  answer: () => {
    throw new Refused('-104', 'illegal command')
  },
  refuse: refuseInForm,
}

/** Every call: known merchant, right signature, then the operation itself. */
export function answerCall(world: World, request: SandboxRequest): Promise<Reply> {
  const fields = parseForm(request.body)
  const operation = OPERATIONS.get(request.params['operation'] ?? '') ?? OTHER
  return world.faults.around(
    operation.word(fields),
    () => answer(world, operation, fields),
    (status) => transportFault(status, 'Service fault'),
  )
}

function answer(world: World, operation: Operation, fields: Fields): Reply {
  try {
    const merchant = world.merchants.get(fields['merchantid'] ?? '')
    if (!merchant || !isSigned(fields, merchant.secret)) throw new Refused('-999', 'unknown error')
    return operation.answer(world, merchant, fields)
  } catch (error) {
    if (error instanceof Refused) return operation.refuse(world, error)
    if (error instanceof TooWide) return transportFault(504, 'Gateway Timeout')
    throw error
  }
}

function transportFault(status: number, httpReason: string): Reply {
  return jsonReply(status, {
    httpReason,
    httpCode: status,
    messageTranslations: { en: httpReason },
  })
}

function preauthorize(world: World, merchant: PayablMerchant, fields: Fields): Reply {
  checkMood(world)
  const row = startPayment(world, merchant, fields)
  return formReply(acceptedFields(row), verbatimFields(row, world.behaviour()))
}

function giveBack(world: World, merchant: PayablMerchant, fields: Fields): Reply {
  checkMood(world)
  return formReply(refund(world, merchant, fields))
}

function checkMood(world: World): void {
  const { refuseWith } = world.behaviour()
  if (refuseWith !== null) throw new Refused(`-${refuseWith.slice(1)}`, 'refused by the sandbox')
}

function refuseInForm(_: World, { code, message }: Refused): Reply {
  return formReply({
    transactionid: '',
    transid: '',
    status: code,
    errormessage: message,
    errmsg: message,
  })
}

function diagnosis(
  world: World,
  { code, message }: { code: string; message: string },
  transaction: readonly Xml[],
): Reply {
  return xmlReply('response', {
    process: { error_message: message, process_time: stamp(world.nowMs()), status: code },
    transaction,
  })
}

/** send_notification: those that are final once more. */
function resend(world: World, merchant: PayablMerchant, fields: Fields): Reply {
  const transaction = (fields['transactionid'] ?? '').split(',').map((number): Xml => {
    const rows = world.ledger.paymentsOf(merchant.merchantId)
    const row = rows.find(({ transactionId }) => transactionId === number)
    const sent = row !== undefined && row.code !== '2000' && notifyFinal(world, row)
    return {
      transaction_id: number,
      error_code: row ? '0' : '-6000',
      error_message: row ? '' : 'transaction not found',
      notification_sent: sent ? '1' : '0',
    }
  })
  return xmlReply('response', { notification_status: '0', transaction })
}
