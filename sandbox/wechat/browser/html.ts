import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

export interface PageEdit {
  readonly scriptUrl: string
  readonly nonce: string | null
  /** Addresses that must lead through the in-app browser, each to what replaces it. */
  readonly links: readonly (readonly [from: string, to: string])[]
}

/**
 * The page with the script as the first thing in its head. Works on bytes read as Latin-1, which
 * leaves every encoding that contains ASCII intact.
 */
export function editPage(html: Uint8Array, edit: PageEdit): Buffer {
  let text = Buffer.from(html).toString('latin1')
  for (const [from, to] of edit.links) text = replaceAddress(text, from, to)
  const nonce = edit.nonce === null ? '' : ` nonce="${edit.nonce}"`
  const tag = `<script src="${edit.scriptUrl}"${nonce}></script>`
  const place = headStart(text)
  return Buffer.from(text.slice(0, place) + tag + text.slice(place), 'latin1')
}

/** Right after `<head>`, else after `<html>`, else after the doctype, else at the very start. */
function headStart(text: string): number {
  for (const opening of [/<head(\s[^>]*)?>/i, /<html(\s[^>]*)?>/i, /^\S{0,3}\s*<!doctype[^>]*>/i]) {
    const match = opening.exec(text)
    if (match) return match.index + match[0].length
  }
  return 0
}

/** `http://host:30` is left alone inside `http://host:3000`. */
function replaceAddress(text: string, from: string, to: string): string {
  const literal = from.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return text.replaceAll(new RegExp(`${literal}(?![\\w.:-])`, 'g'), () => to)
}

/** Undoes what an upstream compressed although it was asked not to. Throws on an unknown coding. */
export function decompress(body: Uint8Array, encoding: string): Uint8Array {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return body
    case 'gzip':
      return gunzipSync(body)
    case 'deflate':
      return inflateSync(body)
    case 'br':
      return brotliDecompressSync(body)
    default:
      throw new Error(`the upstream used the unknown content-encoding ${encoding}`)
  }
}
