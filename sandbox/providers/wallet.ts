import type { Clock } from '../../shared/clock.ts'
import type { Money } from '../../shared/money.ts'
import { SandboxError, type WalletPay } from '../simulator.ts'
import { type WechatPlatform, WechatRefusal } from '../wechat/platform.ts'

export interface PaidByWallet {
  readonly paidAtMs: number
  readonly walletAmount: Money
}

export interface WalletParts {
  readonly clock: Clock
  readonly wechat: WechatPlatform
  /** Missing where the platform has no wallets: then the provider is told directly. */
  readonly walletPay?: WalletPay | undefined
}

export interface ScriptedPayment {
  readonly prepayId: string
  readonly person?: string | undefined
  /** The provider's own callback, used only where there is no wallet. */
  readonly onPaid: (paid: PaidByWallet) => void
}

/** Pays a prepayment for a script. Throws SandboxError 409 where WeChat would not let the payer pay. */
export function payPrepayment(parts: WalletParts, payment: ScriptedPayment): void {
  if (!parts.walletPay) {
    payment.onPaid(withoutWallet(parts, payment.prepayId))
    return
  }
  try {
    parts.walletPay(payment.prepayId, payment.person)
  } catch (error) {
    if (!(error instanceof WechatRefusal)) throw error
    throw new SandboxError(409, `WeChat says ${error.code}: ${error.message}`)
  }
}

function withoutWallet({ clock, wechat }: WalletParts, prepayId: string): PaidByWallet {
  const record = wechat.prepay(prepayId)
  if (record?.state !== 'open') {
    throw new SandboxError(409, `the prepayment ${prepayId} is ${record?.state ?? 'unknown'}`)
  }
  if (record.expiresAtMs <= clock.nowMs()) {
    throw new SandboxError(409, `the prepayment ${prepayId} has expired`)
  }
  const { amount, walletAmount } = record.order
  return { paidAtMs: clock.nowMs(), walletAmount: walletAmount ?? amount }
}
