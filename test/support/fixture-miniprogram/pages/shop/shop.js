import { price } from '../../lib/price'

const app = getApp()

Page({
  data: {
    teas: [
      { id: 'longjing', name: '龙井', price: price(6800) },
      { id: 'oolong', name: 'Oolong', price: price(4250) },
    ],
    amounts: {},
    visits: 0,
    note: '',
    confirmed: '',
    answer: '',
    bound: '',
    events: [],
  },
  onLoad(query) {
    app.log.push(`shop.onLoad ${JSON.stringify(query)}`)
    const visits = (wx.getStorageSync('visits') || 0) + 1
    wx.setStorageSync('visits', visits)
    this.setData({ visits })
  },
  onShow() {
    app.log.push('shop.onShow')
  },
  onReady() {
    app.log.push('shop.onReady')
  },
  onHide() {
    app.log.push('shop.onHide')
  },
  onUnload() {
    app.log.push('shop.onUnload')
  },
  openTea(event) {
    const { teaId } = event.currentTarget.dataset
    this.lastTap = event
    wx.navigateTo({ url: `../detail/detail?tea=${teaId}&note=${encodeURIComponent('a b')}` })
  },
  step({ detail, currentTarget }) {
    this.setData({ [`amounts.${currentTarget.dataset.teaId}`]: detail.amount })
  },
  ignore() {},
  typeNote({ detail }) {
    this.setData({ note: detail.value })
    return detail.value.replace('bad', 'good')
  },
  confirmNote({ detail }) {
    this.setData({ confirmed: detail.value })
  },
  never() {
    this.setData({ answer: 'a disabled button was tapped' })
  },
  ask() {
    wx.request({
      url: 'http://127.0.0.1:1/teas',
      method: 'POST',
      data: { tea: 'longjing' },
      success: ({ statusCode, data }) => this.setData({ answer: `${statusCode} ${data.said}` }),
      fail: ({ errMsg, errno }) => this.setData({ answer: `${errMsg} ${errno}` }),
    })
  },
})
