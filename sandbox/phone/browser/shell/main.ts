import type { PhoneConfig } from '../../config.ts'
import { h } from '../dom/element.ts'
import { createPhoneApi } from './api.ts'
import { Device } from './device.ts'
import { Phone } from './phone.ts'
import { SettingsStore } from './settings.ts'

/**
 * The address says what to open: `?open=miniProgram&page=…`, `?open=officialAccount&url=…`,
 * `?open=scan&code=…`; `lang`, `platform` and `hideDuringPayment` set switches.
 */
async function main(): Promise<void> {
  const address = new URLSearchParams(location.search)
  const config = await readConfig()
  const now = () => new Date()
  const device = new Device(now)
  const settings = new SettingsStore(localStorage, address)
  const api = createPhoneApi('api/')
  const phone = new Phone({ api, config, settings, device, storage: localStorage, now })
  document.title = config.miniProgramName
  document.body.append(h('div', { class: 'desk' }, device.element, phone.panel.element))
  await phone.connect()
  const open = address.get('open')
  if (open === 'miniProgram') await phone.openMiniProgram(address.get('page'))
  if (open === 'scan') phone.openScanner(address.get('code') ?? '')
  if (open === 'officialAccount') {
    phone.openOfficialAccount(address.get('url') ?? config.officialAccountUrl)
  }
}

async function readConfig(): Promise<PhoneConfig> {
  const response = await fetch('config.json')
  const config: unknown = await response.json()
  if (!isConfig(config)) throw new Error('config.json is not what the phone expects')
  return config
}

/** Written by our own server from the same type, so that a look at its shape is enough. */
function isConfig(value: unknown): value is PhoneConfig {
  return typeof value === 'object' && value !== null && 'appId' in value && 'browserOrigin' in value
}

await main().catch((error: unknown) => {
  console.error(error)
  document.body.append(h('p', { class: 'desk-failure', role: 'alert' }, String(error)))
})
