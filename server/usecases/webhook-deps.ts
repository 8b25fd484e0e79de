import type { WebhookSender } from '../webhooks/sender.ts'
import type { Deps } from './deps.ts'

/** What the use cases of webhooks touch besides all others' ports. */
export interface WebhookDeps extends Deps {
  readonly webhooks: {
    readonly send: WebhookSender
    /** Why no webhook can go to this URL, as advice; null where nothing speaks against it. */
    readonly urlProblem: (url: string) => string | null
  }
}
