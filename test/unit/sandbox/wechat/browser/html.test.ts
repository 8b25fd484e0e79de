import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decompress, editPage } from '../../../../../sandbox/wechat/browser/html.ts'

const TAG = '<script src="/b.js"></script>'
const edit = (html: string, nonce: string | null = null) =>
  editPage(Buffer.from(html), { scriptUrl: '/b.js', nonce, links: [] }).toString()

test.each([
  ['<html><head lang="en"><title>x</title>', `<html><head lang="en">${TAG}<title>x</title>`],
  ['<HTML><HEAD><title>', `<HTML><HEAD>${TAG}<title>`],
  ['<html lang="zh"><body>', `<html lang="zh">${TAG}<body>`],
  ['<!doctype html><p>', `<!doctype html>${TAG}<p>`],
  ['\uFEFF<!doctype html><p>', `\uFEFF<!doctype html>${TAG}<p>`],
  ['<header>no head</header>', `${TAG}<header>no head</header>`],
  ['', TAG],
])('the script comes first: %s', (html, edited) => {
  expect(edit(html)).toBe(edited)
})

test('a nonce is carried', () => {
  expect(edit('<head>', 'n1')).toBe('<head><script src="/b.js" nonce="n1"></script>')
})

test('bytes of any encoding survive', () => {
  const gbk = Buffer.from([0x3c, 0x68, 0x65, 0x61, 0x64, 0x3e, 0xb2, 0xe8, 0xff, 0x00])
  const edited = editPage(gbk, { scriptUrl: '/b.js', nonce: null, links: [] })
  expect(edited.subarray(-4)).toEqual(gbk.subarray(-4))
  expect(edit('<head>茶')).toBe(`<head>${TAG}茶`)
})

test('addresses are replaced whole, never as the beginning of another', () => {
  const links = [['http://a:30', 'http://b:40']] as const
  const html = '<head><a href="http://a:30/x">http://a:300 http://a:30 $&'
  expect(editPage(Buffer.from(html), { scriptUrl: '/b.js', nonce: null, links }).toString()).toBe(
    `<head>${TAG}<a href="http://b:40/x">http://a:300 http://b:40 $&`,
  )
})

test('what was compressed against the wish is read all the same', () => {
  const body = Buffer.from('tea')
  const coded = { gzip: gzipSync(body), deflate: deflateSync(body), br: brotliCompressSync(body) }
  for (const [coding, bytes] of Object.entries({ ...coded, identity: body, '': body })) {
    expect(Buffer.from(decompress(bytes, coding)).toString()).toBe('tea')
  }
  expect(() => decompress(body, 'zstd-ish')).toThrow('zstd-ish')
})
