import { expect, test } from 'vitest'
import { readServerAddresses } from '../../../miniprogram/config.ts'
import { FakeWx } from './fake-wx.ts'

const LOCAL = { toolkitUrl: 'http://127.0.0.1:3000', shopUrl: 'http://127.0.0.1:3005' }

test('a fresh copy talks to what npm start opens on this machine', () => {
  new FakeWx().install()
  expect(readServerAddresses()).toEqual(LOCAL)
})

test('ext.json names the servers of a deployment, one by one', () => {
  new FakeWx().install().ext = { shopUrl: 'https://tea.example/' }
  expect(readServerAddresses()).toEqual({ ...LOCAL, shopUrl: 'https://tea.example' })
})

test('a phone in the same network can be pointed at a server by its storage', () => {
  const wx = new FakeWx().install()
  wx.stored.set('serverAddresses', { toolkitUrl: 'http://192.168.1.7:3000' })
  expect(readServerAddresses().toolkitUrl).toBe('http://192.168.1.7:3000')
})

test('a released version never takes a server from storage', () => {
  const wx = new FakeWx().install()
  wx.envVersion = 'release'
  wx.stored.set('serverAddresses', { toolkitUrl: 'https://elsewhere.example' })
  expect(readServerAddresses()).toEqual(LOCAL)
})

test.each([
  null,
  'https://x',
  { toolkitUrl: 7 },
  { toolkitUrl: 'ftp://x' },
  { other: 'https://x' },
])('nonsense in storage changes nothing: %j', (nonsense) => {
  const wx = new FakeWx().install()
  wx.stored.set('serverAddresses', nonsense)
  expect(readServerAddresses()).toEqual(LOCAL)
})
