import { anEvent, type Damage, seqOf } from './damage.ts'

const evidenceOf = (type: string, id: string, value: string) =>
  `update events set evidence = ${value} where seq = ${seqOf(type, id)}`

/** Amounts, who paid what, what a provider said of it, and what goes back: I1, I4, I6 and I10. */
export const DAMAGE_TO_MONEY: readonly Damage[] = [
  [
    'the amount of a paid payment was raised',
    ({ paid }) => `update payments set amount_minor = 9999 where payment_id = '${paid}'`,
    ({ paid }) => [
      `amountDiffers payment ${paid}`,
      // Twice: its notification is still there, and says it too.
      `evidenceContradicts payment ${paid}`,
      `evidenceContradicts payment ${paid}`,
    ],
  ],
  [
    'the price of a paid order was lowered',
    () => `update orders set amount_minor = 1 where order_ref = 'paid'`,
    ({ paid }) => [`amountDiffers payment ${paid}`],
  ],
  [
    'a refund is in another currency than its payment',
    ({ underWay }) => `update refunds set currency = 'USD' where refund_id = '${underWay}'`,
    ({ underWay }) => [`amountDiffers refund ${underWay}`],
  ],
  [
    'an order names a payment of another order',
    ({ late }) => `update orders set paid_payment_id = '${late}' where order_ref = 'paid'`,
    () => ['paidByWrongPayment order paid'],
  ],
  [
    'an order names its second success as the one that paid it',
    ({ second }) => `update orders set paid_payment_id = '${second}' where order_ref = 'twice'`,
    () => ['paidByWrongPayment order twice'],
  ],
  [
    'an order that nobody paid names who paid it',
    ({ pending }) => `update orders set paid_payment_id = '${pending}' where order_ref = 'waiting'`,
    () => ['paidByWrongPayment order waiting'],
  ],
  [
    'a second success passes for the first',
    ({ second }) => `update payments set duplicate = 0 where payment_id = '${second}'`,
    ({ second }) => [`flagDiffers payment ${second}`, 'paidByWrongPayment order twice'],
  ],
  [
    'a late success passes for one in time',
    ({ late }) => `update payments set late = 0 where payment_id = '${late}'`,
    ({ late }) => [`flagDiffers payment ${late}`],
  ],
  [
    'an order passes for one that was paid late',
    () => `update orders set paid_late = 1 where order_ref = 'paid'`,
    () => ['flagDiffers order paid'],
  ],
  [
    'the time of payment of an order was changed',
    () => `update orders set paid_at_ms = 1 where order_ref = 'paid'`,
    () => ['flagDiffers order paid'],
  ],
  [
    'no word of a provider made a payment paid',
    ({ paid }) => evidenceOf('payment.paid', paid, `'null'`),
    ({ paid }) => [`paidWithoutEvidence payment ${paid}`],
  ],
  [
    'no word of a provider made a refund done',
    ({ done }) => evidenceOf('refund.succeeded', done, `'{}'`),
    ({ done }) => [`paidWithoutEvidence refund ${done}`],
  ],
  ...(
    [
      ['another amount', '1999', '1'],
      ['another currency', 'CNY', 'USD'],
      ['that it was not paid', '"status":"paid"', '"status":"failed"'],
      ['a word that nobody knows', '"unknownStatus":false', '"unknownStatus":true'],
      ['it of another account', '"scripted"', '"other"'],
      ['it of another payment', '"outTradeNo":"p', '"outTradeNo":"q'],
      ['it of another number of theirs', '"providerPaymentId":"P', '"providerPaymentId":"Q'],
      ['it of another app', '"appId":null', '"appId":"wx-other"'],
      ['no amount', '{"value":1999,"currency":"CNY"}', 'null'],
    ] as const
  ).map(
    ([said, from, to]): Damage => [
      `the provider had said ${said}`,
      ({ paid }) => evidenceOf('payment.paid', paid, `replace(evidence, '${from}', '${to}')`),
      ({ paid }) => [`evidenceContradicts payment ${paid}`],
    ],
  ),
  [
    'the provider had said it of another refund',
    ({ done }) => evidenceOf('refund.succeeded', done, `replace(evidence, '"rf', '"rx')`),
    ({ done }) => [`evidenceContradicts refund ${done}`],
  ],
  [
    'one event has no evidence among those that have',
    ({ paid }) => evidenceOf('payment.paid', paid, 'null'),
    ({ paid }) => [`evidenceSkipped payment ${paid}`],
  ],
  [
    'all events are from before evidence was kept, which is no fault',
    () => `update events set evidence = null`,
    ({ paid, late, second, done, back }) => [
      ...[paid, late, second].map((id) => `evidenceNotKept payment ${id}`),
      ...[done, back].map((id) => `evidenceNotKept refund ${id}`),
    ],
  ],
  [
    'more goes back than was paid',
    ({ underWay }) => `update refunds set amount_minor = 1500 where refund_id = '${underWay}'`,
    ({ paid }) => [`refundAbovePaid payment ${paid}`],
  ],
  [
    'more went back for a moment, until one of the refunds failed',
    ({ paid, underWay }) =>
      `update refunds set amount_minor = 1999, status = 'failed' where refund_id = '${underWay}';
       ${anEvent({ type: 'refund.failed', payment: paid, refund: underWay })}`,
    ({ paid }) => [`refundAbovePaid payment ${paid}`],
  ],
  [
    'refunds were begun before their payment was paid',
    () => `update events set seq = 30 where seq = 4`,
    ({ done, underWay }) => [
      `refundOfUnpaid refund ${done}`,
      `refundOfUnpaid refund ${underWay}`,
      'numberMissing event 5',
    ],
  ],
  [
    'a second success is kept, because its refund was taken out',
    ({ back }) =>
      `delete from refunds where refund_id = '${back}'; delete from events where seq > 19 and seq < 22`,
    ({ second }) => [`duplicateKept payment ${second}`, 'numberMissing event 22'],
  ],
  [
    'a second success is kept, because its refund has failed',
    ({ back }) =>
      `update refunds set status = 'failed', succeeded_at_ms = null where refund_id = '${back}';
       update events set type = 'refund.failed' where seq = 21`,
    ({ second }) => [`duplicateKept payment ${second}`],
  ],
  [
    'only a part of a second success goes back',
    ({ back }) =>
      `update refunds set amount_minor = 1 where refund_id = '${back}';
       update events set evidence = replace(evidence, '1999', '1') where seq = 21`,
    ({ second }) => [`duplicateKept payment ${second}`],
  ],
  [
    'the refund of a second success waits for people',
    ({ back }) =>
      `update refunds set status = 'needsAction', succeeded_at_ms = null where refund_id = '${back}';
       update events set type = 'refund.needsAction' where seq = 21`,
    ({ back }) => [`duplicateWaits refund ${back}`],
  ],
]
