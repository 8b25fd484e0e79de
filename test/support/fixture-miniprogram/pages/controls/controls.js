Page({
  data: { noted: '', sent: '', events: [] },
  note({ detail }) {
    this.setData({ noted: JSON.stringify(detail.value) })
  },
  submit({ detail }) {
    this.setData({ sent: JSON.stringify(detail.value) })
  },
  reset() {
    this.setData({ sent: 'reset' })
  },
  loaded({ detail }) {
    getApp().log.push(`image ${detail.width}`)
  },
  end() {
    getApp().log.push('list end')
  },
})
