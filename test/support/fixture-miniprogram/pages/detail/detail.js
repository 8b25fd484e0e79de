const app = getApp()

Component({
  properties: { tea: String },
  data: { note: '', outcome: '' },
  lifetimes: {
    attached() {
      app.log.push('detail.attached')
    },
    ready() {
      app.log.push('detail.ready')
    },
  },
  methods: {
    onLoad(query) {
      app.log.push(`detail.onLoad ${JSON.stringify(query)}`)
      this.setData({ note: decodeURIComponent(query.note || '') })
    },
    onShow() {
      app.log.push('detail.onShow')
    },
    onHide() {
      app.log.push('detail.onHide')
    },
    onUnload() {
      app.log.push('detail.onUnload')
    },
    pay() {
      this.setData({ outcome: 'waiting' })
      wx.requestPayment({
        timeStamp: '1700000000',
        nonceStr: 'nonce',
        package: 'prepay_id=wx1',
        signType: 'RSA',
        paySign: 'signed',
        success: ({ errMsg }) => this.told(errMsg),
        fail: ({ errMsg }) => this.told(errMsg),
      })
    },
    told(errMsg) {
      app.log.push(`callback ${errMsg}`)
      this.setData({ outcome: errMsg })
    },
    back() {
      wx.navigateBack()
    },
  },
})
