/** In one typings package only, as far as it is used here. */
interface PrivacyContract {
  openPrivacyContract(option: { fail: () => void }): void
}

function hasPrivacyContract(platform: object): platform is PrivacyContract {
  return 'openPrivacyContract' in platform && typeof platform.openPrivacyContract === 'function'
}

/**
 * WeChat's own page with the privacy statement of this Mini Program, as its owner filled it in at
 * the console. Clients before base library 2.32.3 have none; there the terms are opened.
 */
export function openPrivacy(): void {
  const platform: object = wx
  const openTerms = () => void wx.navigateTo({ url: '/pages/terms/terms' })
  if (hasPrivacyContract(platform)) platform.openPrivacyContract({ fail: openTerms })
  else openTerms()
}
