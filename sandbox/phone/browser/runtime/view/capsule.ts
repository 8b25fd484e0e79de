import { drawing, h, pressable } from '../../dom/element.ts'
import type { PhoneHost } from '../host.ts'
import type { Overlays } from './overlays.ts'

const RING = 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 5.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z'

const WORDS = {
  zh_CN: { menu: '更多', leave: '关闭', items: ['重新进入小程序', '返回微信'] },
  zh_TW: { menu: '更多', leave: '關閉', items: ['重新進入小程式', '返回微信'] },
  en: { menu: 'More', leave: 'Close', items: ['Restart Mini Program', 'Back to WeChat'] },
} as const

/** WeChat's own two buttons above every page. */
export function createCapsule(host: PhoneHost, overlays: Overlays): HTMLElement {
  const words = WORDS[host.state().language]
  const openMenu = async () => {
    const chosen = await overlays.actionSheet([...words.items])
    if (chosen === 0) host.restart()
    if (chosen === 1) host.leave()
  }
  const menu = pressable(
    { class: 'capsule-menu', 'aria-label': words.menu },
    () => void openMenu(),
    h('i', {}),
    h('i', {}),
    h('i', {}),
  )
  const leave = pressable(
    { class: 'capsule-leave', 'aria-label': words.leave },
    () => host.leave(),
    drawing(RING, { size: 22 }),
  )
  return h('div', { class: 'capsule' }, menu, leave)
}
