/** The page on which an order is paid: one script for WeChat, phones, and desktops. */
import { type Checkout, createCheckout } from '../../../shared/browser.ts'
import type { Environment } from '../../../shared/environment.ts'
import { createPageBridge } from './bridges.ts'
import { api, clock, newKey, readOrder, session, storage, visibility } from './browser.ts'
import { CheckoutController, type Step } from './controller.ts'
import type { PageData } from './page-data.ts'
import { createParts, type Parts } from './parts.ts'
import { isHandheldPlace, planFor, type WebScene } from './plan.ts'
import { readPageData } from './read-page-data.ts'
import { environmentNow, looksLikeWeChat } from './surroundings.ts'
import { createView, type View } from './view.ts'
import type { Texts } from './words.ts'

/** Called by the script of each language, which brings its words. */
export function openPage(texts: Texts): void {
  const stage = document.querySelector<HTMLElement>('#stage')
  if (stage) void open({ page: readPageData(stage), stage, texts })
}

interface Opening {
  readonly page: PageData
  readonly stage: HTMLElement
  readonly texts: Texts
}

async function open({ page, stage, texts }: Opening): Promise<void> {
  const parts = createParts(page.parts)
  const onHandheld = () => isHandheldPlace(environmentNow().place)
  let act: (step: Step) => void = () => window.location.reload()
  const onStep = (step: Step) => act(step)
  const view = createView({ page, texts, stage, parts, onHandheld, onStep })
  try {
    const environment = await lookAround(parts)
    const controller = control({ page, environment, parts, view })
    act = (step) => controller.act(step)
    controller.start()
    listen(controller, { parts, view })
  } catch {
    // Half of the page has come through: what is missing comes with the next load.
    view.show({ kind: 'offline' })
    window.addEventListener('online', () => window.location.reload())
  }
}

async function lookAround(parts: Parts): Promise<Environment> {
  if (!looksLikeWeChat()) return environmentNow()
  const { askWhetherInMiniProgram } = await parts.wechat.load()
  return environmentNow(await askWhetherInMiniProgram(clock))
}

function control(around: {
  page: PageData
  environment: Environment
  parts: Parts
  view: View
}): CheckoutController {
  const { page, environment, parts, view } = around
  const { link, scenes } = page
  const orderRef = page.order?.orderRef ?? ''
  const able = { scenes, hasLink: link !== null }
  const withoutRelay = scenes.filter((scene) => scene !== 'miniProgram')
  const controller: CheckoutController = new CheckoutController({
    page,
    plan: planFor(environment, able),
    planWithoutRelay: planFor(environment, { ...able, scenes: withoutRelay }),
    checkoutFor: checkouts({ page, parts, controller: () => controller }),
    readyFor: async (plan) => {
      if (plan.kind === 'elsewhere') await parts.elsewhere.load()
      if (plan.kind === 'elsewhere' && plan.advice.startsWith('scan')) await parts.code.load()
    },
    watch: (onOver) =>
      parts.elsewhere
        .now()
        ?.watchOrder({ read: () => readOrder(orderRef), clock, visibility, onOver }) ?? null,
    show: (state) => view.show(state),
    nowMs: () => clock.nowMs(),
    reload: () => window.location.reload(),
    goToPayPage: () => window.location.assign(`/pay/${orderRef}`),
    logIn: () => parts.wechat.now()?.logInOnce(orderRef) ?? false,
    relay: async () => {
      const { cashierPath, navigateTo } = await parts.elsewhere.load()
      return navigateTo(cashierPath({ orderRef, link }), clock)
    },
  })
  if (page.payerKnown) parts.wechat.now()?.forgetLogin(orderRef)
  return controller
}

/** Every way in which a payer comes back to a page that stayed open. */
function listen(
  controller: CheckoutController,
  { parts, view }: { parts: Parts; view: View },
): void {
  const online = () => {
    view.setOnline(navigator.onLine)
    if (navigator.onLine) controller.cameBack()
  }
  window.addEventListener('online', online)
  window.addEventListener('offline', online)
  visibility.onChange(() => {
    if (visibility.visible()) controller.cameBack()
  })
  parts.wechat.now()?.onShownAgain(() => controller.cameBack())
  // A page from the back-forward cache is as old as when it was left.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload()
  })
}

/** One checkout per scene, so that a second call finds the first still running. */
function checkouts(around: {
  page: PageData
  parts: Parts
  controller: () => CheckoutController
}): (scene: WebScene) => Checkout {
  const { page, parts, controller } = around
  const made = new Map<WebScene, Checkout>()
  const bridge = createPageBridge({
    clock,
    showCode: (code) => controller().showCode(code),
    progress: (what) => controller().progress(what),
    parts,
  })
  return (scene) => {
    // The code comes with the answer of the server; where it cannot be drawn, the bridge says so.
    if (scene === 'desktopQr') parts.code.load().catch(() => null)
    const checkout =
      made.get(scene) ??
      createCheckout({
        orderRef: page.order?.orderRef ?? '',
        request: { scene, locale: page.locale },
        bridge,
        api,
        session,
        storage,
        clock,
        visibility,
        newKey,
      })
    made.set(scene, checkout)
    return checkout
  }
}
