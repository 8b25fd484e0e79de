import type { Migration } from 'kysely/migration'
import { up as initial } from './0001-initial.ts'
import { up as refundSentAt } from './0002-refund-sent-at.ts'
import { up as settlement } from './0003-settlement.ts'
import { up as webhooks } from './0004-webhooks.ts'
import { up as evidence } from './0005-evidence.ts'
import { up as wechatCredentials } from './0006-wechat-credentials.ts'
import { up as shipments } from './0007-shipments.ts'
import { up as orderCentre } from './0008-order-centre.ts'

/**
 * Every step from an empty database to the newest schema, in the order of their names. Forward only:
 * a step that was released is never changed, the next one corrects it.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': { up: initial },
  '0002-refund-sent-at': { up: refundSentAt },
  '0003-settlement': { up: settlement },
  '0004-webhooks': { up: webhooks },
  '0005-evidence': { up: evidence },
  '0006-wechat-credentials': { up: wechatCredentials },
  '0007-shipments': { up: shipments },
  '0008-order-centre': { up: orderCentre },
}
