import { ALPHANUMERIC, DIGITS } from '../../random.ts'
import { SandboxError } from '../../simulator.ts'
import { type Prepay, WechatRefusal } from '../../wechat/platform.ts'
import { type PaidByWallet, payPrepayment } from '../wallet.ts'
import { ApiProblem, invalid, missing } from './errors.ts'
import type { IntentRow } from './ledger.ts'
import { nextAction, signingOf, TRADE_TYPES } from './next-action.ts'
import type { WooshpayAccount } from './options.ts'
import { type MethodFields, readConfirm, readCreate, readUpdate } from './requests.ts'
import type { World } from './world.ts'

/** POST payment_intents. Throws ApiProblem; then nothing was made. */
export function createIntent(world: World, account: WooshpayAccount, body: string): IntentRow {
  const { amount, currency, confirm, method, ...fields } = readCreate(body)
  const id = `pi_${world.random.word(19, DIGITS)}`
  const row: IntentRow = {
    id,
    account: account.name,
    createdAtMs: world.nowMs(),
    clientSecret: `${id}_secret_${world.random.word(24, ALPHANUMERIC)}`,
    amount: { value: amount, currency },
    fields,
    method: method && attached(world, method),
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    prepayId: null,
    nextAction: null,
    paidAtMs: null,
    expired: false,
    lastError: null,
    failedTries: 0,
    refunds: [],
  }
  const ordered = confirm ? order(world, account, row) : null
  world.ledger.addIntent(row)
  world.webhooks.intent('created', row)
  if (ordered) present(world, row, ordered)
  return row
}

/** POST payment_intents/{id}/confirm. Throws ApiProblem. */
export function confirmIntent(
  world: World,
  account: WooshpayAccount,
  { row, body }: { row: IntentRow; body: string },
): IntentRow {
  const method = readConfirm(body)
  if (row.status !== 'requires_payment_method' && row.status !== 'requires_confirmation') {
    throw wrongState(row, 'confirmed')
  }
  if (method) row.method = attached(world, method)
  present(world, row, order(world, account, row))
  return row
}

/** POST payment_intents/{id}. Throws ApiProblem. */
export function updateIntent(row: IntentRow, body: string): IntentRow {
  const fields = readUpdate(body)
  const metadata = { ...row.fields.metadata, ...fields.metadata }
  row.fields = {
    ...row.fields,
    ...fields,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
  return row
}

/** POST payment_intents/{id}/cancel, before success only. Throws ApiProblem. */
export function cancelIntent(world: World, row: IntentRow): IntentRow {
  const ended = row.status === 'succeeded' || row.status === 'canceled' || row.status === 'failed'
  if (ended) throw wrongState(row, 'canceled')
  if (row.prepayId !== null) world.wechat.closePrepay(row.prepayId)
  row.status = 'canceled'
  world.webhooks.intent('canceled', row)
  return row
}

/** POST payment_intents/{id}/capture: WeChat captures by itself. */
export function captureIntent(row: IntentRow): never {
  throw wrongState(row, 'captured')
}

/** The payer has paid. */
export function succeed(world: World, row: IntentRow, paid: PaidByWallet): void {
  if (world.ledger.intent(row.account, row.id) !== row) return
  row.status = 'succeeded'
  row.lastError = null
  row.paidAtMs = paid.paidAtMs
  world.webhooks.intent('succeeded', row)
}

/** The payment is turned down while the payer was at it. */
export function failIntent(world: World, row: IntentRow): void {
  row.status = world.behaviour().failureWord
  row.lastError = { type: 'card_error', code: 'payment_failed', message: 'The payment failed.' }
  world.webhooks.intent('payment_failed', row)
}

interface Ordered {
  readonly prepay: Prepay
  readonly appId: string
  readonly method: MethodFields
  readonly signing: ReturnType<typeof signingOf>
}

/** Orders at WeChat. Throws ApiProblem where WeChat would not take the order. */
function order(world: World, account: WooshpayAccount, row: IntentRow): Ordered {
  const method = row.method?.fields
  if (!method) throw missing('payment_method_data')
  const signing = signingOf(account, world.behaviour())
  const refusals: WechatRefusal[] = []
  for (const appId of appsFor(world, account, method)) {
    try {
      const prepay = world.wechat.createPrepay({
        tradeType: TRADE_TYPES[method.options.terminal_type],
        appId,
        mchId: account.wechat.mchId,
        signing,
        ...(method.options.openid ? { openid: method.options.openid } : {}),
        amount: row.amount,
        description: row.fields.description?.trim().slice(0, 127) || row.id,
        onPaid: (paid) => succeed(world, row, paid),
        onFailedTry: () => {
          row.failedTries += 1
        },
      })
      return { prepay, appId, method, signing }
    } catch (error) {
      if (!(error instanceof WechatRefusal)) throw error
      refusals.push(error)
    }
  }
  throw refusedByWechat(refusals)
}

/** The payer's openid decides between the apps of the account, as nothing else in the request can. */
function appsFor(world: World, account: WooshpayAccount, method: MethodFields): readonly string[] {
  const { officialAccount, miniProgram } = account.wechat.appIds
  const terminal = method.options.terminal_type
  const taken: readonly string[] = world.behaviour().miniProgramTerminals
  const alsoMini = miniProgram !== undefined && taken.includes(terminal) ? [miniProgram] : []
  return terminal === 'MINI_PROGRAM' ? alsoMini : [officialAccount, ...alsoMini]
}

function refusedByWechat([first]: readonly WechatRefusal[]): ApiProblem {
  const param = 'payment_method_options[wechat_pay][terminal_type]'
  if (!first) return invalid(param, 'This account does not take that terminal_type.')
  const message = `${first.code}: ${first.message}`
  if (first.code === 'PARAM_ERROR') return invalid('payment_method_options[wechat_pay]', message)
  return new ApiProblem(402, { type: 'card_error', code: 'payment_failed', message })
}

function present(world: World, row: IntentRow, ordered: Ordered): void {
  const { prepay, appId, method, signing } = ordered
  const { random } = world
  const terminal = method.options.terminal_type
  const { returnUrl } = method
  row.prepayId = prepay.prepayId
  row.status = 'requires_action'
  row.lastError = null
  row.nextAction = nextAction({
    terminal,
    prepay,
    appId,
    signing,
    returnUrl,
    random,
    nowMs: world.nowMs(),
  })
  if (terminal === 'SCAN_CODE' && row.amount.value <= world.behaviour().passwordFreeUpToMinor) {
    settleAtOnce(world, row, prepay)
    if (row.status !== 'requires_action') return
  }
  world.webhooks.intent('requires_action', row)
}

/** No password is asked for a small sum; with an empty wallet the payer has to do something. */
function settleAtOnce(world: World, row: IntentRow, { prepayId }: Prepay): void {
  try {
    payPrepayment(world, { prepayId, onPaid: (paid) => succeed(world, row, paid) })
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
  }
}

function attached(world: World, fields: MethodFields) {
  return { id: `pm_${world.random.word(19, DIGITS)}`, fields }
}

function wrongState(row: IntentRow, what: string): ApiProblem {
  const message = `This PaymentIntent is ${row.status} and cannot be ${what}.`
  return new ApiProblem(400, { code: 'payment_intent_unexpected_state', message })
}
