/** A payment as WeChat itself knows it, whoever ordered it. */
export interface Trade {
  readonly transactionId: string
  readonly mchId: string
  readonly outTradeNo: string
  readonly appId: string
  readonly openid: string | null
  readonly description: string
  readonly amountMinor: number
  readonly paidAtMs: number
}

export interface Trades {
  record(trade: Trade): void
  byTransaction(transactionId: string): Trade | undefined
  byNumber(mchId: string, outTradeNo: string): Trade | undefined
  reset(): void
}

export function createTrades(): Trades {
  const trades = new Map<string, Trade>()
  return {
    record: (trade) => void trades.set(trade.transactionId, trade),
    byTransaction: (transactionId) => trades.get(transactionId),
    byNumber: (mchId, outTradeNo) =>
      [...trades.values()].find(
        (trade) => trade.mchId === mchId && trade.outTradeNo === outTradeNo,
      ),
    reset: () => trades.clear(),
  }
}
