import { MAX_WEBHOOK_ENDPOINTS } from '../../shared/contract/webhooks.ts'
import { secretsAt, type WebhookEndpoint, type WebhookSecret } from '../domain/webhook.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { StoreTransaction } from '../store/store.ts'
import { UseCaseError } from './errors.ts'
import type { WebhookDeps } from './webhook-deps.ts'

export interface EndpointWish extends Pick<WebhookEndpoint, 'url' | 'description' | 'events'> {
  /** The merchant's own secret; null to have one made. */
  readonly secret: string | null
  /** Names the wish: the same one again gets the same endpoint. */
  readonly wish: string
}

/** An endpoint with the secret that was just made for it. */
export interface FreshEndpoint {
  readonly endpoint: WebhookEndpoint
  readonly secret: string
}

/** Secrets that may sign side by side; with another one the oldest ends at once. */
const MOST_SECRETS = 5

/**
 * Makes an endpoint, which hears of everything that happens from now on. Throws `webhookUrlRefused`
 * and `tooManyWebhookEndpoints`.
 */
export async function createWebhookEndpoint(
  deps: WebhookDeps,
  { url, description, events, secret, wish }: EndpointWish,
): Promise<FreshEndpoint> {
  assertUrl(deps, url)
  const first = newSecret(deps, wish, secret)
  const endpoint: WebhookEndpoint = {
    endpointId: `whe_${sha256Hex(wish).slice(0, 26)}`,
    url,
    description,
    events,
    secrets: [first],
    state: 'enabled',
    disabledReason: null,
    createdAtMs: first.createdAtMs,
  }
  return deps.store.transaction(async (tx) => {
    const known = await tx.webhookEndpoint(endpoint.endpointId)
    if (known) return withSecretOf(known, wish)
    if ((await tx.webhookEndpoints()).length >= MAX_WEBHOOK_ENDPOINTS) {
      throw new UseCaseError('tooManyWebhookEndpoints')
    }
    if (await tx.insertWebhookEndpoint(endpoint)) return { endpoint, secret: first.secret }
    const other = await tx.webhookEndpoint(endpoint.endpointId)
    return withSecretOf(other ?? endpoint, wish)
  })
}

function withSecretOf(endpoint: WebhookEndpoint, wish: string): FreshEndpoint {
  const made = endpoint.secrets.find((secret) => secret.wish === wish)
  if (!made) throw new UseCaseError('webhookEndpointNotFound')
  return { endpoint, secret: made.secret }
}

/** Throws `webhookEndpointNotFound`. */
export async function readWebhookEndpoint(
  deps: WebhookDeps,
  endpointId: string,
): Promise<WebhookEndpoint> {
  return present(await deps.store.webhookEndpoint(endpointId))
}

export interface EndpointChange {
  readonly url?: string | undefined
  readonly description?: string | null | undefined
  readonly events?: WebhookEndpoint['events'] | undefined
  readonly enabled?: boolean | undefined
}

/**
 * Changes what is named. What waits for the endpoint goes to the new URL; while it is switched off,
 * deliveries gather, and go out when it is on again. Throws `webhookEndpointNotFound` and
 * `webhookUrlRefused`.
 */
export async function updateWebhookEndpoint(
  deps: WebhookDeps,
  endpointId: string,
  change: EndpointChange,
): Promise<WebhookEndpoint> {
  if (change.url !== undefined) assertUrl(deps, change.url)
  return deps.store.transaction(async (tx) => {
    const before = await locked(tx, endpointId)
    const after: WebhookEndpoint = {
      ...before,
      url: change.url ?? before.url,
      description: change.description === undefined ? before.description : change.description,
      events: change.events === undefined ? before.events : change.events,
      ...switched(before, change.enabled),
    }
    await tx.updateWebhookEndpoint(after)
    return after
  })
}

function switched(before: WebhookEndpoint, enabled: boolean | undefined) {
  if (enabled === undefined || enabled === (before.state === 'enabled')) return {}
  return enabled
    ? ({ state: 'enabled', disabledReason: null } as const)
    : ({ state: 'disabled', disabledReason: 'merchant' } as const)
}

/** Ends an endpoint with all that waits for it, and forgets its secrets. */
export async function deleteWebhookEndpoint(deps: WebhookDeps, endpointId: string): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const endpoint = await locked(tx, endpointId)
    await tx.updateWebhookEndpoint({ ...endpoint, state: 'deleted', secrets: [] })
    await tx.abandonWebhookDeliveries({ endpointId, reason: 'the endpoint was deleted' })
  })
}

/**
 * Gives an endpoint a new secret. The older ones sign beside it for `overlapMs`, so that no webhook
 * is refused while the receiver learns the new one. Throws `webhookEndpointNotFound`.
 */
export async function rotateWebhookSecret(
  deps: WebhookDeps,
  endpointId: string,
  { overlapMs, wish }: { overlapMs: number; wish: string },
): Promise<FreshEndpoint> {
  const fresh = newSecret(deps, wish, null)
  return deps.store.transaction(async (tx) => {
    const before = await locked(tx, endpointId)
    if (before.secrets.some((secret) => secret.wish === wish)) return withSecretOf(before, wish)
    const endsAtMs = fresh.createdAtMs + overlapMs
    const older = secretsAt(before, fresh.createdAtMs).map((secret) => ({
      ...secret,
      expiresAtMs: Math.min(secret.expiresAtMs ?? endsAtMs, endsAtMs),
    }))
    const endpoint = { ...before, secrets: [fresh, ...older].slice(0, MOST_SECRETS) }
    await tx.updateWebhookEndpoint(endpoint)
    return { endpoint, secret: fresh.secret }
  })
}

function newSecret(deps: WebhookDeps, wish: string, own: string | null): WebhookSecret {
  const made = Buffer.from(deps.ids.secret(), 'base64url').toString('base64')
  return {
    secret: own ?? `whsec_${made}`,
    wish,
    createdAtMs: deps.clock.nowMs(),
    expiresAtMs: null,
  }
}

function assertUrl({ webhooks }: WebhookDeps, url: string): void {
  const detail = webhooks.urlProblem(url)
  if (detail !== null) throw new UseCaseError('webhookUrlRefused', { detail })
}

async function locked(tx: StoreTransaction, endpointId: string): Promise<WebhookEndpoint> {
  return present(await tx.lockWebhookEndpoint(endpointId))
}

function present(endpoint: WebhookEndpoint | undefined): WebhookEndpoint {
  if (!endpoint || endpoint.state === 'deleted') throw new UseCaseError('webhookEndpointNotFound')
  return endpoint
}
