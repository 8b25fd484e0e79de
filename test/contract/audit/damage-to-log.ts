import { aCopy, anEvent, type Damage } from './damage.ts'

/** State and log do not agree any more: I3, I5, I8 and I10. */
export const DAMAGE_TO_LOG: readonly Damage[] = [
  [
    'a payment was set to paid by hand',
    ({ pending }) => `update payments set status = 'paid' where payment_id = '${pending}'`,
    ({ pending }) => [
      `statusDiffers payment ${pending}`,
      `flagDiffers payment ${pending}`,
      'paidByWrongPayment order waiting',
    ],
  ],
  [
    'an order was set to paid by hand',
    ({ pending }) =>
      `update orders set status = 'paid', paid_payment_id = '${pending}' where order_ref = 'waiting'`,
    () => ['statusDiffers order waiting', 'paidByWrongPayment order waiting'],
  ],
  [
    'a refund was set to failed by hand, to refund once more',
    ({ done }) => `update refunds set status = 'failed' where refund_id = '${done}'`,
    ({ done }) => [`statusDiffers refund ${done}`],
  ],
  [
    'the last event of a payment is gone',
    () => `delete from events where seq = 25`,
    ({ closed }) => [`statusDiffers payment ${closed}`, 'numberMissing event 26'],
  ],
  [
    'an event in the middle is gone, and nothing else tells',
    () => `delete from events where seq = 3`,
    () => ['numberMissing event 4'],
  ],
  [
    'the very first events are gone',
    () => `delete from events where seq <= 2`,
    ({ paid }) => [
      'numberMissing event 3',
      'firstEventMissing order paid',
      `firstEventMissing payment ${paid}`,
    ],
  ],
  [
    'every event of the last order is gone, so that no number is missed',
    () => `delete from events where order_ref = 'waiting'`,
    ({ pending }) => ['firstEventMissing order waiting', `firstEventMissing payment ${pending}`],
  ],
  [
    'an order is gone, and what belongs to it is left',
    () => `delete from orders where order_ref = 'waiting'`,
    ({ pending }) => [
      `belongsToNothing payment ${pending}`,
      ...[27, 28, 29].map((seq) => `belongsToNothing event ${seq}`),
    ],
  ],
  [
    'a payment is gone, and its refund is left',
    ({ second }) => `delete from payments where payment_id = '${second}'`,
    ({ back }) => [
      `belongsToNothing refund ${back}`,
      ...[14, 15, 18, 19, 20, 21].map((seq) => `belongsToNothing event ${seq}`),
    ],
  ],
  [
    'an event tells of a payment that is nowhere',
    () => anEvent({ type: 'payment.created', payment: 'pay_nobody' }),
    () => ['belongsToNothing event 30'],
  ],
  [
    'an event has a name that no step writes',
    ({ paid }) => anEvent({ type: 'payment.blessed', payment: paid }),
    ({ paid }) => [`illegalStep payment ${paid}`],
  ],
  [
    'a paid payment was closed, with an event and all',
    ({ paid }) =>
      `${anEvent({ type: 'payment.closed', payment: paid })}
       update payments set status = 'closed', paid_at_ms = null where payment_id = '${paid}'`,
    ({ paid }) => [
      `illegalStep payment ${paid}`,
      'paidByWrongPayment order paid',
      // Of its time of payment.
      `evidenceContradicts payment ${paid}`,
      `successNotApplied payment ${paid}`,
    ],
  ],
  [
    'a payment was begun for an order that is paid',
    ({ pending }) =>
      `update payments set order_ref = 'paid' where payment_id = '${pending}';
       update events set order_ref = 'paid' where payment_id = '${pending}'`,
    ({ pending }) => [`illegalStep payment ${pending}`],
  ],
  [
    'one order has two payments that can be paid',
    ({ closed }) =>
      `update payments set order_ref = 'waiting', status = 'pending', due_at_ms = 9999999999999
         where payment_id = '${closed}';
       update events set order_ref = 'waiting' where seq in (23, 24);
       delete from events where seq = 25`,
    ({ closed }) => [
      'twoLivePayments order waiting',
      'numberMissing event 26',
      `illegalStep payment ${closed}`,
    ],
  ],
  [
    'an order is closed, and its payment can still be paid',
    () =>
      `${anEvent({ type: 'order.closed', orderRef: 'waiting' })}
       update orders set status = 'closed' where order_ref = 'waiting'`,
    () => ['liveInClosedOrder order waiting'],
  ],
  [
    'a second success was told of a payment that is none',
    ({ pending }) => anEvent({ type: 'payment.duplicate', orderRef: 'waiting', payment: pending }),
    ({ pending }) => [`illegalStep payment ${pending}`],
  ],
  [
    'one success was written twice',
    ({ paid }) => anEvent({ type: 'payment.paid', payment: paid }),
    ({ paid }) => [`effectTwice payment ${paid}`],
  ],
  [
    'one refund was written as done twice',
    ({ done, paid }) => anEvent({ type: 'refund.succeeded', payment: paid, refund: done }),
    ({ done }) => [`effectTwice refund ${done}`],
  ],
  [
    'a refund was copied, numbers and all',
    ({ done }) => aCopy('refunds', `refund_id = '${done}'`, { refund_id: 'rf_forged' }),
    ({ paid, doneNumbers }) => [
      'firstEventMissing refund rf_forged',
      `keyTwice key ${paid} done`,
      `numberTwice outRefundNo ${doneNumbers.ours}`,
      `numberTwice providerRefundId ${doneNumbers.theirs}`,
    ],
  ],
  [
    'one wish was carried out as two payments',
    ({ closed }) =>
      aCopy('payments', `payment_id = '${closed}'`, {
        payment_id: 'pay_again',
        out_trade_no: 'p-again',
        provider_payment_id: 'P-again',
      }),
    () => ['firstEventMissing payment pay_again', 'keyTwice key given-up key-of-given-up'],
  ],
]
