import type { Migration } from 'kysely/migration'
import { up as initial } from './0001-initial.ts'

/**
 * Every step from an empty database to the newest schema, in the order of their names. Forward only:
 * a step that was released is never changed, the next one corrects it.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': { up: initial },
}
