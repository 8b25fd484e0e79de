import { type Kysely, sql } from 'kysely'

/**
 * What WeChat lends each app (access token, JS-SDK ticket), shared by all processes. A process of the
 * version before knows neither and asks for neither.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('wechat_credentials')
    .addColumn('app_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) =>
      column.notNull().check(sql`kind in ('accessToken', 'jsapiTicket')`),
    )
    .addColumn('sealed', 'text')
    .addColumn('refresh_at_ms', 'bigint')
    .addColumn('expires_at_ms', 'bigint')
    .addColumn('lease_until_ms', 'bigint')
    .addColumn('forced_at_ms', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('wechat_credentials_pkey', ['app_id', 'kind'])
    .execute()
}
