/** Where this build finds its two servers. The only file that knows an address. */

export interface ServerAddresses {
  /** The toolkit: login, payments, verdicts. */
  readonly toolkitUrl: string
  /** The merchant's own backend: catalogue and orders. */
  readonly shopUrl: string
}

/** What `npm start` opens on this machine. A release names its own HTTPS hosts here. */
const DEFAULTS: ServerAddresses = {
  toolkitUrl: 'http://127.0.0.1:3000',
  shopUrl: 'http://127.0.0.1:3005',
}

/** `wx.setStorageSync('serverAddresses', {toolkitUrl, shopUrl})` points a trial build elsewhere. */
const STORAGE_KEY = 'serverAddresses'

/**
 * The addresses, later sources winning: the defaults, `ext.json` (how one code base is deployed for
 * several merchants, and how the sandbox's phone tells its ports), and, except in a released version,
 * this device's storage, so that a real phone can try a server in the same network.
 */
export function readServerAddresses(): ServerAddresses {
  const deployed = { ...DEFAULTS, ...addressesIn(readExt()) }
  return isReleased() ? deployed : { ...deployed, ...addressesIn(wx.getStorageSync(STORAGE_KEY)) }
}

function readExt(): unknown {
  return typeof wx.getExtConfigSync === 'function' ? wx.getExtConfigSync() : null
}

function isReleased(): boolean {
  return wx.getAccountInfoSync().miniProgram.envVersion === 'release'
}

function addressesIn(source: unknown): Partial<ServerAddresses> {
  if (typeof source !== 'object' || source === null) return {}
  const found = Object.entries(source).filter(
    ([name, url]) => name in DEFAULTS && typeof url === 'string' && /^https?:\/\/\S+$/.test(url),
  )
  return Object.fromEntries(found.map(([name, url]) => [name, String(url).replace(/\/+$/, '')]))
}
