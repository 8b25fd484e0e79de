import type { Overlays } from '../runtime/view/overlays.ts'
import type {
  CashierAction,
  CashierCall,
  Ended,
  Opened,
  Person,
  PhoneApi,
  Sheet,
  SurfaceResult,
} from '../shell/api.ts'
import type { Texts } from '../shell/texts.ts'
import { CashierSheet, type SheetChoice, showSuccess } from './sheet.ts'

export interface CashierParts {
  readonly api: PhoneApi
  /** Where sheet and success page are drawn, above whatever app is open. */
  readonly stage: HTMLElement
  readonly overlays: Overlays
  readonly texts: () => Texts
  readonly person: () => Person | null
  readonly isOffline: () => boolean
  readonly goOffline: () => Promise<void>
  /** Kills the app that asked for money. */
  readonly kill: () => void
  /** Called once for each payment that went through. */
  readonly onPaid: (sheet: Sheet) => void
}

type Refused = Extract<Opened, { ok: false }>

/** One payment at a time, from the call of a page to the result that the page hears. */
export class Cashier {
  private readonly parts: CashierParts
  private running: AbortController | null = null
  private sheet: CashierSheet | null = null

  constructor(parts: CashierParts) {
    this.parts = parts
  }

  get busy(): boolean {
    return this.running !== null
  }

  /** What the page hears, null when it hears nothing. Never throws. */
  async pay(call: CashierCall): Promise<SurfaceResult | null> {
    if (this.running !== null) return failed(call, 'the cashier is open already')
    const running = new AbortController()
    this.running = running
    try {
      return await this.run(call, running.signal)
    } catch (error) {
      await this.alert(this.parts.texts().systemBusy)
      return failed(call, error instanceof Error ? error.message : String(error))
    } finally {
      await this.sheet?.close()
      this.sheet = null
      if (this.running === running) this.running = null
    }
  }

  /** The app that asked is gone: nothing is paid any more, and nobody hears. */
  abandon(): void {
    this.running?.abort()
    this.sheet?.remove()
  }

  private async run(call: CashierCall, signal: AbortSignal): Promise<SurfaceResult | null> {
    const { api, stage, texts } = this.parts
    if (this.parts.isOffline()) return this.refuse({ ...offline(call), dialog: texts().noNetwork })
    const first = await api.openCashier(call)
    if (!first.ok) return this.refuse(first)
    let opened = first
    if (signal.aborted) return this.withdraw(opened)
    const person = this.parts.person()
    const sheet = new CashierSheet({ stage, sheet: opened, person, texts: texts() })
    this.sheet = sheet
    for (;;) {
      const choice = await sheet.chosen()
      if (signal.aborted) return this.withdraw(opened)
      const ended = await this.end(opened, choice)
      if (signal.aborted) return null
      if (ended.outcome === 'paid') return this.paid({ sheet: opened, ended, signal }, choice)
      if (choice !== 'fail' || !(await this.wantsRetry())) {
        await this.alert(this.dialogOf(choice, ended))
        return ended.result
      }
      const again = await api.openCashier(call)
      if (!again.ok) return this.refuse(again)
      if (signal.aborted) return this.withdraw(again)
      opened = again
    }
  }

  /** Nobody waits for this sheet any more. */
  private async withdraw(sheet: Sheet): Promise<null> {
    await this.parts.api.endCashier(sheet.cashierId, 'cancel')
    return null
  }

  private async end(sheet: Sheet, choice: SheetChoice): Promise<Ended> {
    const { api } = this.parts
    const action = ACTIONS[choice]
    if (choice === 'letExpire') await api.letTimePass(LONGEST_LIFE_MS)
    else if (action === 'pay' || action === 'loseCallback') this.sheet?.showPaying()
    return api.endCashier(sheet.cashierId, action)
  }

  private dialogOf(choice: SheetChoice, { dialog }: Ended): string | undefined {
    if (choice === 'errorDialog') return this.parts.texts().systemBusy
    return choice === 'cancel' || choice === 'fail' ? undefined : dialog
  }

  private async paid(
    payment: { sheet: Sheet; ended: Ended; signal: AbortSignal },
    choice: SheetChoice,
  ): Promise<SurfaceResult | null> {
    const { goOffline, kill, onPaid } = this.parts
    if (choice === 'payThenOffline') await goOffline()
    if (choice !== 'payThenKill') return this.celebrate(payment)
    onPaid(payment.sheet)
    kill()
    return null
  }

  private async celebrate(options: {
    sheet: Sheet
    ended: Ended
    signal: AbortSignal
  }): Promise<SurfaceResult | null> {
    const { sheet, ended, signal } = options
    const { stage, texts } = this.parts
    this.parts.onPaid(sheet)
    const success = showSuccess({ stage, sheet, texts: texts(), signal })
    await this.sheet?.close()
    this.sheet = null
    await success
    return signal.aborted ? null : ended.result
  }

  private async wantsRetry(): Promise<boolean> {
    const { wrongPassword, retry, forgot } = this.parts.texts()
    return this.parts.overlays.modal({
      title: '',
      content: wrongPassword,
      cancelText: forgot,
      confirmText: retry,
      cancelColor: null,
      confirmColor: null,
    })
  }

  private async refuse({ result, dialog }: Refused): Promise<SurfaceResult | null> {
    await this.alert(dialog)
    return result
  }

  private async alert(content: string | undefined): Promise<void> {
    if (content === undefined) return
    await this.parts.overlays.modal({
      title: '',
      content,
      cancelText: null,
      confirmText: '',
      cancelColor: null,
      confirmColor: null,
    })
  }
}

/** A prepaid order lives for two hours at most. */
const LONGEST_LIFE_MS = 2 * 60 * 60 * 1_000

/** What WeChat is told of each choice; an app that is killed hears no callback. */
const ACTIONS: Readonly<Record<SheetChoice, CashierAction>> = {
  pay: 'pay',
  cancel: 'cancel',
  fail: 'fail',
  errorDialog: 'cancel',
  letExpire: 'pay',
  loseCallback: 'loseCallback',
  payThenOffline: 'pay',
  payThenKill: 'loseCallback',
}

/** A dialog that was dismissed is told as `cancel`, as WeChat does. */
function offline(call: CashierCall): Refused {
  if (call.kind === 'miniProgram') {
    return { ok: false, result: { errMsg: 'requestPayment:fail cancel' } }
  }
  const result =
    call.kind === 'officialAccount' ? { err_msg: 'get_brand_wcpay_request:cancel' } : null
  return { ok: false, result }
}

function failed(call: CashierCall, reason: string): SurfaceResult | null {
  if (call.kind === 'miniProgram') return { errMsg: `requestPayment:fail ${reason}` }
  return call.kind === 'officialAccount' ? { err_msg: 'get_brand_wcpay_request:fail' } : null
}
