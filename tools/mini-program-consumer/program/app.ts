import { createPayment, type Payment } from 'wechat-pay-client/payment'

/** ext.json, and the phone of the sandbox, name another server than this one. */
const { toolkitUrl = 'https://pay.example.com' }: { toolkitUrl?: string } = wx.getExtConfigSync()

App<{ payment: Payment }>({ payment: createPayment({ wx, toolkitUrl }) })
