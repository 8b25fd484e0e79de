import { addAtEnd, addBefore, addImport, addToList, addToReturn, type Insertion } from './insert.ts'
import type { Names } from './names.ts'

export interface Place {
  readonly path: string
  readonly insertions: readonly Insertion[]
}

/** Text of a template in `template/lines/`, with the names filled in. */
export type Lines = (name: 'account' | 'demo-account' | 'pairing' | 'start') => string

/** The few lists outside a provider's folders that know all providers, and what each of them gets. */
export function placesFor(names: Names, lines: Lines): readonly Place[] {
  return [...productPlaces(names), ...sandboxPlaces(names, lines), ...demoPlaces(names, lines)]
}

function productPlaces({ kebab, camel, pascal }: Names): readonly Place[] {
  const made = `create${pascal}Provider`
  return [
    {
      path: 'server/providers/registry.ts',
      insertions: [
        addImport(`import { ${made}, ${camel}ConfigSchema } from './${kebab}/index.ts'`),
        addToList(
          "export const providerAccountSchema = z.discriminatedUnion('provider', [",
          '])',
          `z.strictObject({ ...common, provider: z.literal('${camel}'), config: ${camel}ConfigSchema }),`,
        ),
        addToList(
          '  switch (account.provider) {',
          '  }',
          `case '${camel}': return ${made}({ ...deps, accountId, config: account.config })`,
        ),
      ],
    },
  ]
}

function sandboxPlaces({ kebab, camel, pascal }: Names, lines: Lines): readonly Place[] {
  const types = `type ${pascal}Options, type ${pascal}Simulator`
  return [
    {
      path: 'sandbox/providers/index.ts',
      insertions: [
        addImport(`import { create${pascal}, ${types} } from './${kebab}/index.ts'`),
        addImport(`import { demo${pascal}Merchant } from '../demo-accounts.ts'`),
        addToList(
          'export interface ProviderOptions {',
          '}',
          `readonly ${camel}?: Partial<Pick<${pascal}Options, 'merchants' | 'behaviour'>>`,
        ),
        addToList('export const PROVIDER_KEYS = [', '] as const', `'${camel}',`),
        addToList('export interface Providers {', '}', `readonly ${camel}: ${pascal}Simulator`),
        addToList(
          'export function recordOf<T>(value: (key: ProviderKey) => T): Record<ProviderKey, T> {',
          '  }',
          `${camel}: value('${camel}'),`,
        ),
        addToReturn(camel, `const ${camel} = await start${pascal}(options, input)`),
        addAtEnd(lines('start')),
      ],
    },
    {
      path: 'sandbox/demo-accounts.ts',
      insertions: [
        addImport(`import type { ${pascal}Merchant } from './providers/${kebab}/options.ts'`),
        addBefore(
          "function appIdOf(kind: 'miniProgram' | 'officialAccount'): string {",
          lines('demo-account'),
        ),
      ],
    },
  ]
}

function demoPlaces({ camel, pascal }: Names, lines: Lines): readonly Place[] {
  return [
    {
      path: 'scripts/sandbox-accounts.ts',
      insertions: [
        addImport(`import { demo${pascal}Merchant } from '../sandbox/demo-accounts.ts'`),
        addToList('  return [', '  ]', `${camel}Account(urls.${camel}),`),
        addBefore('function appIds() {', lines('account')),
      ],
    },
    {
      path: 'test/contract/providers/pairings.ts',
      insertions: [
        addToList('export const PAIRINGS: readonly Pairing[] = [', ']', lines('pairing')),
      ],
    },
  ]
}
