import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { MIGRATIONS } from './migrations/index.ts'
import type { Database } from './schema.ts'

/**
 * Brings the schema up to date, all steps in one transaction under the database's migration lock, so
 * that a crash leaves the old schema and a second process waits. Throws when the database was written
 * by a newer version of the toolkit.
 */
export async function migrateToLatest(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const unknown = await stepsOfANewerVersion(db)
  if (unknown.length > 0) {
    throw new Error(
      `This database was brought up to date by a newer version of the toolkit (${unknown.join(', ')}). Run that version, or restore a backup made before it.`,
      { cause: error },
    )
  }
  throw error instanceof Error ? error : new Error('The migration failed.', { cause: error })
}

async function stepsOfANewerVersion(db: Kysely<Database>): Promise<readonly string[]> {
  const taken = await stepsTaken(db).catch(() => [])
  return taken.filter((name) => !Object.hasOwn(MIGRATIONS, name))
}

async function stepsTaken(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map(({ name }) => name)
}

/** The steps of this version that a database has not taken yet; all of them where it is empty. */
export async function missingSteps(db: Kysely<Database>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const taken = tables.some(({ name }) => name === 'kysely_migration') ? await stepsTaken(db) : []
  return Object.keys(MIGRATIONS).filter((name) => !taken.includes(name))
}
