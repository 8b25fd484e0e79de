/** Compiled against both typings packages: paying takes the `wx` of either. */
import type { WxPayment } from 'wechat-pay-client'
import type { WxPlatform } from './payment/wx'

type Assert<Claim extends true> = Claim

export type WxFitsTheBridge = Assert<typeof wx extends WxPayment ? true : false>
export type WxFitsThePayment = Assert<typeof wx extends WxPlatform ? true : false>
