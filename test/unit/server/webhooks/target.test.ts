import { describe, expect, test } from 'vitest'
import { createAddressRule } from '../../../../server/webhooks/address.ts'
import { targetProblem } from '../../../../server/webhooks/target.ts'

const production = { strict: true, isAllowed: createAddressRule([]) }
const sandbox = { strict: false, isAllowed: createAddressRule(['127.0.0.0/8', '::1']) }

describe('a URL for webhooks in production', () => {
  test.each([
    'https://shop.example/hooks',
    'https://shop.example:8443/hooks?shop=1',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://bücher.example/',
  ])('may be %s', (url) => expect(targetProblem(url, production)).toBeNull())

  test.each([
    ['hooks', 'no URL'],
    ['', 'no URL'],
    ['//shop.example', 'no URL'],
    ['http://shop.example/hooks', 'https'],
    ['ftp://shop.example/', 'https'],
    ['file:///etc/passwd', 'https'],
    ['https://me:secret@shop.example/', 'user name'],
    ['https://me@shop.example/', 'user name'],
    ['https://shop.example:22/', 'port'],
    ['https://shop.example:80/', 'port'],
    ['https://shop.example:6379/', 'port'],
    ['https://shop.example:5432/', 'port'],
    ['https://shop.example./', 'dot'],
    ['https://127.0.0.1/', 'private'],
    ['https://2130706433/', 'private'],
    ['https://0x7f000001/', 'private'],
    ['https://0177.0.0.1/', 'private'],
    ['https://127.1/', 'private'],
    ['https://0/', 'private'],
    ['https://①②⑦.⓪.⓪.①/', 'private'],
    ['https://0xa9fea9fe/latest/meta-data/', 'private'],
    ['https://169.254.169.254/', 'private'],
    ['https://[::ffff:127.0.0.1]/', 'private'],
    ['https://[::1]/', 'private'],
    ['https://10.0.0.1:8443/', 'private'],
  ])('may not be %s, and the advice speaks of: %s', (url, word) => {
    expect(targetProblem(url, production)).toContain(word)
  })
})

describe('a URL for webhooks in the sandbox', () => {
  test('may lead to this machine, at any port and without TLS', () => {
    expect(targetProblem('http://127.0.0.1:81/hooks', sandbox)).toBeNull()
    expect(targetProblem('http://[::1]:3000/', sandbox)).toBeNull()
  })

  test('may still not lead to a private network', () => {
    expect(targetProblem('http://192.168.1.1/', sandbox)).toContain('private')
    expect(targetProblem('http://me:secret@127.0.0.1/', sandbox)).toContain('user name')
  })
})
