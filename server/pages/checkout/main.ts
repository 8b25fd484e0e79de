/** The page on which an order is paid: one script for WeChat, phones, and desktops. */
import {
  type Bridge,
  bridgeByAction,
  createCheckout,
  createQrBridge,
  createRedirectBridge,
  type QrCode,
} from '../../../shared/browser.ts'
import { createWeixinJSBridge } from '../../../shared/official-account.ts'
import { api, clock, newKey, session, storage, visibility } from './browser.ts'
import { CheckoutController } from './controller.ts'
import type { PageData } from './page-data.ts'
import { readPageData } from './read-page-data.ts'
import { createView } from './view.ts'
import { forgetLogin, logInOnce, readEnvironment, relayTo } from './wechat.ts'

const stage = document.querySelector<HTMLElement>('#stage')
if (stage) open(readPageData(stage), stage)

function open(page: PageData, stageElement: HTMLElement): void {
  const orderRef = page.order?.orderRef ?? ''
  const environment = readEnvironment()
  const view = createView({
    page,
    stage: stageElement,
    onStep: (step) => controller.act(step),
    onRelay: relayTo(orderRef),
  })
  const controller: CheckoutController = new CheckoutController({
    page,
    environment,
    checkout: createCheckout({
      orderRef,
      request: { scene: environment.scene ?? 'mobileWeb', locale: page.locale },
      bridge: bridges(() => controller),
      api,
      session,
      storage,
      clock,
      visibility,
      newKey,
    }),
    show: (state) => view.show(state),
    nowMs: () => clock.nowMs(),
    reload: () => window.location.reload(),
    goToPayPage: () => window.location.assign(`/pay/${orderRef}`),
    logIn: () => logInOnce(orderRef),
  })
  if (page.payerKnown) forgetLogin(orderRef)
  controller.start()

  const online = () => {
    view.setOnline(navigator.onLine)
    if (navigator.onLine) controller.cameBack()
  }
  window.addEventListener('online', online)
  window.addEventListener('offline', online)
  visibility.onChange(() => {
    if (visibility.visible()) controller.cameBack()
  })
  // A page from the back-forward cache is as old as when it was left.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload()
  })
}

/** Every way to open a cashier; the page says what happens around it. */
function bridges(controller: () => CheckoutController): Bridge {
  const wechat = createWeixinJSBridge({ window, document, clock })
  const redirect = createRedirectBridge((url) => window.location.assign(url))
  const render = (code: QrCode | null) => controller().showCode(code)
  return bridgeByAction({
    wechatPay: {
      async invoke(action) {
        const result = await wechat.invoke(action)
        controller().progress('confirming')
        return result
      },
    },
    qrCode: createQrBridge({ clock, render }),
    redirect: {
      invoke(action) {
        controller().progress('leaving')
        return redirect.invoke(action)
      },
    },
  })
}
