import type { SettlementReport } from '../../../../../server/domain/settlement.ts'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import { readFile } from '../../../../../server/providers/ppro/settlement.ts'

/** Files of the contract in the published examples, and how our account reads them. */

export const STEM = '1-999-W-2021-24'

export const VOLUME_HEADER =
  'MERCHANT_TX_ID,TX_ID,PAYMENT_REFERENCE,EVENT_TYPE,EVENT_TIMESTAMP,MERCHANT_ID,PAYMENT_METHOD,' +
  'AMOUNT,CURRENCY,COUNTRY'
export const PAID_LINE =
  '202106151,999111222,3CPCKRA,SUCCEEDED,2021-06-15T11:37:01Z,TESTCONTRACT,WeChatPay,1.60,USD,CN'
export const REFUND_HEADER = `${VOLUME_HEADER.replace(',TX_ID', ',RF_ID')},REFERENCE_TX_ID`
export const REFUND_LINE =
  '202106151,999111222,3PZ0FWA,SUCCEEDED,2021-06-15T15:16:02Z,TESTCONTRACT,WeChatPay,-1.60,USD,CN,999111222'
export const AGGREGATE_HEADER =
  'MERCHANT_ID,PAYMENT_METHOD,EVENT_TYPE,EVENT-COUNT,AGGREGATE_AMOUNT,CURRENCY'

export function footer(count: number, sum: string): string {
  return `SETTLEMENT_DATE,2021-06-22\nRECORD_COUNT,${count}\nCHECKSUM_AGGREGATE_AMOUNT,${sum}\n`
}

export function read(name: string, text: string | Uint8Array): SettlementReport {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const account = { accountId: 'ppro', contractId: 'TESTCONTRACT', channel: 'livechannel' }
  return readFile({ name, bytes }, account)
}

/** How a file is refused; fails where it is read after all. */
export function outcomeOf(name: string, text: string | Uint8Array): string {
  try {
    read(name, text)
  } catch (error) {
    if (error instanceof ProviderError) return `${error.outcome}: ${error.message}`
    throw error
  }
  return 'read'
}
