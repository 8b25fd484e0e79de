import type { Overlays } from '../view/overlays.ts'
import { numberOption, textOption, type WxApi, WxFailure, wxFunction } from './api.ts'

export interface PageSurface {
  setTitle(title: string): void
  setBarColors(colors: { front: string; background: string }): void
  scrollTo(top: number): void
  selectorQuery(): unknown
  /** As if the page were pulled down; false where it does not refresh that way. */
  pullDown(): boolean
}

/** What a program shows outside of its own template: toasts, dialogs, the navigation bar. */
export function createInterface(options: {
  overlays: Overlays
  /** The page in front. Throws where there is none yet. */
  page: () => PageSurface
}): WxApi {
  const { overlays, page } = options
  return {
    showToast: wxFunction('showToast', (given) => {
      const icon = textOption(given, 'icon', 'success')
      overlays.toast({
        title: textOption(given, 'title'),
        icon: isToastIcon(icon) ? icon : 'success',
        durationMs: numberOption(given, 'duration', 1500),
        mask: given['mask'] === true,
      })
    }),
    hideToast: wxFunction('hideToast', () => overlays.hideToast()),
    showLoading: wxFunction('showLoading', (given) =>
      overlays.toast({
        title: textOption(given, 'title'),
        icon: 'loading',
        durationMs: null,
        mask: given['mask'] === true,
      }),
    ),
    hideLoading: wxFunction('hideLoading', () => overlays.hideToast()),
    showModal: wxFunction('showModal', async (given) => {
      const confirmed = await overlays.modal({
        title: textOption(given, 'title'),
        content: textOption(given, 'content'),
        cancelText: given['showCancel'] === false ? null : textOption(given, 'cancelText'),
        confirmText: textOption(given, 'confirmText'),
        cancelColor: textOption(given, 'cancelColor') || null,
        confirmColor: textOption(given, 'confirmColor') || null,
      })
      return { confirm: confirmed, cancel: !confirmed, content: null }
    }),
    showActionSheet: wxFunction('showActionSheet', async (given) => {
      const list: readonly unknown[] = Array.isArray(given['itemList']) ? given['itemList'] : []
      const tapIndex = await overlays.actionSheet(list.map(String))
      if (tapIndex === null) throw new WxFailure('showActionSheet:fail cancel')
      return { tapIndex }
    }),
    setNavigationBarTitle: wxFunction('setNavigationBarTitle', (given) =>
      page().setTitle(textOption(given, 'title')),
    ),
    setNavigationBarColor: wxFunction('setNavigationBarColor', (given) =>
      page().setBarColors({
        front: textOption(given, 'frontColor', '#000000'),
        background: textOption(given, 'backgroundColor', '#ffffff'),
      }),
    ),
    pageScrollTo: wxFunction('pageScrollTo', (given) =>
      page().scrollTo(numberOption(given, 'scrollTop', 0)),
    ),
    startPullDownRefresh: wxFunction('startPullDownRefresh', () => {
      if (!page().pullDown()) throw new Error('enablePullDownRefresh is not true')
    }),
    stopPullDownRefresh: wxFunction('stopPullDownRefresh', () => undefined),
    showNavigationBarLoading: wxFunction('showNavigationBarLoading', () => undefined),
    hideNavigationBarLoading: wxFunction('hideNavigationBarLoading', () => undefined),
    createSelectorQuery: () => page().selectorQuery(),
  }
}

const TOAST_ICONS = ['success', 'error', 'loading', 'none'] as const
export type ToastIcon = (typeof TOAST_ICONS)[number]

function isToastIcon(icon: string): icon is ToastIcon {
  return TOAST_ICONS.some((known) => known === icon)
}
