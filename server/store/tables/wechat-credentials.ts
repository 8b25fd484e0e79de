import { z } from 'zod'
import { type Handle, inMode, type ReadMode } from '../handle.ts'
import { readJson, readWord } from '../json.ts'
import type { WechatCredentialsTable } from '../schema.ts'
import { CREDENTIAL_KINDS, type CredentialName, type WechatCredential } from '../wechat-port.ts'

const COLUMNS = [
  'app_id',
  'kind',
  'sealed',
  'refresh_at_ms',
  'expires_at_ms',
  'lease_until_ms',
  'forced_at_ms',
] as const satisfies readonly (keyof WechatCredentialsTable)[]

const kindWord = z.enum(CREDENTIAL_KINDS)
const forcedColumn = z.array(z.int())

function fromRow(row: WechatCredentialsTable): WechatCredential {
  return {
    appId: row.app_id,
    kind: readWord(kindWord, 'wechat_credentials.kind', row.kind),
    sealed: row.sealed,
    refreshAtMs: row.refresh_at_ms,
    expiresAtMs: row.expires_at_ms,
    leaseUntilMs: row.lease_until_ms,
    forcedAtMs: readJson(forcedColumn, 'wechat_credentials.forced_at_ms', row.forced_at_ms),
  }
}

export async function findWechatCredential(
  handle: Handle,
  { appId, kind }: CredentialName,
  mode: ReadMode = 'read',
): Promise<WechatCredential | undefined> {
  const query = handle.db
    .selectFrom('wechat_credentials')
    .select(COLUMNS)
    .where('app_id', '=', appId)
    .where('kind', '=', kind)
  const row = await inMode(handle, mode, query).executeTakeFirst()
  return row && fromRow(row)
}

export async function lockWechatCredential(
  handle: Handle,
  name: CredentialName,
): Promise<WechatCredential> {
  await handle.db
    .insertInto('wechat_credentials')
    .values({ app_id: name.appId, kind: name.kind, forced_at_ms: '[]' })
    .onConflict((conflict) => conflict.columns(['app_id', 'kind']).doNothing())
    .execute()
  const row = await findWechatCredential(handle, name, 'lock')
  if (!row) throw new Error(`The ${name.kind} of ${name.appId} has no row.`)
  return row
}

export async function updateWechatCredential(
  { db }: Handle,
  credential: WechatCredential,
): Promise<void> {
  const result = await db
    .updateTable('wechat_credentials')
    .set({
      sealed: credential.sealed,
      refresh_at_ms: credential.refreshAtMs,
      expires_at_ms: credential.expiresAtMs,
      lease_until_ms: credential.leaseUntilMs,
      forced_at_ms: JSON.stringify(credential.forcedAtMs),
    })
    .where('app_id', '=', credential.appId)
    .where('kind', '=', credential.kind)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    throw new Error(`The ${credential.kind} of ${credential.appId} is not stored.`)
  }
}
