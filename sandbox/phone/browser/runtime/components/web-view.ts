import { h } from '../../dom/element.ts'
import { type BuiltInDefinition, type ComponentServices, text } from './define.ts'

/** Calls of `wx.miniProgram` that a page in a web-view may make, and what each is called here. */
const CALLS: Readonly<Record<string, string>> = {
  navigateTo: 'navigate',
  redirectTo: 'redirect',
  reLaunch: 'reLaunch',
  navigateBack: 'navigateBack',
}

/**
 * A page of the merchant that fills its own page. It has no bridge of its own to pay with; by the
 * name of its frame WeChat's page script knows where it is and offers `wx.miniProgram`.
 */
export function webView(services: ComponentServices): BuiltInDefinition {
  return {
    tag: 'web-view',
    properties: { src: text() },
    created(control) {
      const frame = h('iframe', {
        name: 'wechat-web-view',
        title: 'web-view',
        sandbox: 'allow-scripts allow-forms allow-same-origin',
      })
      frame.addEventListener('load', () => control.fire('load', { src: control.text('src') }))
      control.element.append(frame)
      addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
        if (source !== null && source === frame.contentWindow) follow(data, services)
      })
    },
    changed({ element, text: value }) {
      const frame = element.querySelector('iframe')
      const src = value('src')
      if (frame === null || src === '' || frame.dataset['src'] === src) return
      frame.dataset['src'] = src
      frame.src = services.webAddress(src)
    },
  }
}

function follow(data: unknown, services: ComponentServices): void {
  const { type, name, url, delta }: Readonly<Record<string, unknown>> = Object(data)
  const openType = CALLS[String(name)]
  if (type !== 'wechat:miniProgram' || openType === undefined) return
  services.navigate(openType, {
    url: typeof url === 'string' ? url : '',
    delta: typeof delta === 'number' ? delta : 1,
  })
}
