export interface PageAddress {
  readonly path: string
  /** As written after the question mark. */
  readonly search: string
  /** Values stay encoded, as in WeChat: a page decodes what it encoded. */
  readonly query: Readonly<Record<string, string>>
}

/** Reads `/pages/a/a?id=1`, or `../b/b` as seen from another page. */
export function readPageAddress(url: string, from: string): PageAddress {
  const mark = url.indexOf('?')
  const [path, search] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
  const query: Record<string, string> = {}
  for (const pair of search.split('&')) {
    const [name = '', ...value] = pair.split('=')
    if (name !== '') query[name] = value.join('=')
  }
  return { path: resolvePath(path, from), search, query }
}

/** A path without its leading slash; relative ones count from the folder of `from`. */
export function resolvePath(path: string, from: string): string {
  const parts = path.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
