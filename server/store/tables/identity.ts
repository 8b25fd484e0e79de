import { type Handle, inMode } from '../handle.ts'
import type { LoginState, Session } from '../store.ts'
import { payerFromRow, rowFromPayer } from './payer.ts'

export async function findSession({ db }: Handle, tokenHash: string): Promise<Session | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select([
      'token_hash',
      'payer_app_id',
      'payer_openid',
      'order_ref',
      'created_at_ms',
      'expires_at_ms',
    ])
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return (
    row && {
      tokenHash: row.token_hash,
      payer: payerFromRow(row),
      orderRef: row.order_ref,
      createdAtMs: row.created_at_ms,
      expiresAtMs: row.expires_at_ms,
    }
  )
}

export async function insertSession({ db }: Handle, session: Session): Promise<void> {
  await db
    .insertInto('sessions')
    .values({
      token_hash: session.tokenHash,
      ...rowFromPayer(session.payer),
      order_ref: session.orderRef,
      created_at_ms: session.createdAtMs,
      expires_at_ms: session.expiresAtMs,
    })
    .execute()
}

export async function lockLoginState(
  handle: Handle,
  stateHash: string,
): Promise<LoginState | undefined> {
  const query = handle.db
    .selectFrom('login_states')
    .select([
      'state_hash',
      'browser_hash',
      'app_id',
      'return_to',
      'payer_app_id',
      'payer_openid',
      'expires_at_ms',
    ])
    .where('state_hash', '=', stateHash)
  const row = await inMode(handle, 'lock', query).executeTakeFirst()
  return (
    row && {
      stateHash: row.state_hash,
      browserHash: row.browser_hash,
      appId: row.app_id,
      returnTo: row.return_to,
      payer: payerFromRow(row),
      expiresAtMs: row.expires_at_ms,
    }
  )
}

export async function insertLoginState({ db }: Handle, state: LoginState): Promise<void> {
  await db
    .insertInto('login_states')
    .values({ state_hash: state.stateHash, ...changingColumns(state) })
    .execute()
}

export async function updateLoginState({ db }: Handle, state: LoginState): Promise<void> {
  const result = await db
    .updateTable('login_states')
    .set(changingColumns(state))
    .where('state_hash', '=', state.stateHash)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) throw new Error('This login state is not stored.')
}

function changingColumns(state: LoginState) {
  return {
    browser_hash: state.browserHash,
    app_id: state.appId,
    return_to: state.returnTo,
    ...rowFromPayer(state.payer),
    expires_at_ms: state.expiresAtMs,
  }
}
