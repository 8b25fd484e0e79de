/** Compiled against both typings packages: the client's bridge takes the `wx` of either. */
import type { WxPayment } from 'wechat-pay-client'

type Assert<Claim extends true> = Claim

export type WxFitsTheBridge = Assert<typeof wx extends WxPayment ? true : false>
