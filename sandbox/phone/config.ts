/** What the phone is told about its surroundings, as `config.json`. Types only; imports nothing. */
export interface PhoneConfig extends PhoneAddresses {
  readonly appId: string
  readonly miniProgramName: string
  readonly officialAccountName: string
}

export interface PhoneAddresses {
  /**
   * The Official Account's first page, under the merchant's own address or the browser's. `{lang}`
   * in it stands for the phone's language, `zh-CN` or `en`.
   */
  readonly officialAccountUrl: string
  /** Origin of WeChat's in-app browser, which frames the merchant's pages. */
  readonly browserOrigin: string
  /** Origin of the merchant's pages; they are shown under `browserOrigin`. Null: no difference. */
  readonly merchantOrigin: string | null
  /** What `wx.getExtConfigSync` answers. */
  readonly extConfig: Readonly<Record<string, unknown>>
}
