import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { detectEnvironment } from '../../shared/environment.ts'
import { golden, printed } from './golden.ts'
import { payabl } from './register/payabl.ts'

/** What the printed script says of a browser: it runs as it stands on the page. */
function isMobile(userAgent: string): boolean {
  const script = printed('payabl/device-recognition.txt').replaceAll(/<\/?script>/g, '')
  const page = { navigator: { userAgent }, document: { addEventListener: () => undefined } }
  const answer: unknown = runInNewContext(`${script}; isMobile()`, page)
  return answer === true
}

const sceneOf = (userAgent: string) => detectEnvironment({ userAgent }).scene

const SAFARI = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5'
const PHONES = [
  `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${SAFARI} Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) ${SAFARI} Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) ${SAFARI} Mobile/15E148`,
  'Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0',
  'Mozilla/5.0 (BB10; Touch) AppleWebKit/537.35+ (KHTML, like Gecko) Version/10.3 Mobile Safari',
  'Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; NOKIA)',
  'Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16',
]
const DESKTOPS = [
  `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI} Safari/605.1.15`,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
]
/** WeChat never ran on these, so no app could be opened. */
const WITHOUT_WECHAT = [
  'Mozilla/5.0 (webOS/1.4.0; U; en-US) AppleWebKit/532.2 Version/1.0 Safari/532.2 Pre/1.1',
  'Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS)/23.348; U; en) Presto/2.5.25',
]

golden(payabl, 'payabl-device-recognition', {
  'Code for Device Type Recognition': () => {
    for (const phone of PHONES) {
      expect([isMobile(phone), sceneOf(phone)], phone).toEqual([true, 'mobileWeb'])
    }
    for (const desktop of DESKTOPS) {
      expect([isMobile(desktop), sceneOf(desktop)], desktop).toEqual([false, 'desktopQr'])
    }
    for (const old of WITHOUT_WECHAT) {
      expect([isMobile(old), sceneOf(old)], old).toEqual([true, 'desktopQr'])
    }
    const [iPhone = '', , ,] = PHONES
    expect(sceneOf(`${iPhone} MicroMessenger/8.0.50`)).toBe('officialAccount')
    const [mac = ''] = DESKTOPS
    const iPad = { userAgent: mac, maxTouchPoints: 5 }
    expect([isMobile(mac), detectEnvironment(iPad).scene]).toEqual([false, 'mobileWeb'])
  },
})
