import { createPayment, type Payment } from 'wechat-pay-client/payment'

App<{ payment: Payment }>({
  payment: createPayment({ wx, toolkitUrl: 'https://pay.example.com' }),
})
