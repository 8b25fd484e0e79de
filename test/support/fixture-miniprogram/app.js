// Every hook leaves a line, so that a test can read the order in which WeChat calls them.
const log = []

App({
  log,
  onLaunch({ path, query, scene }) {
    log.push(`app.onLaunch ${path} ${JSON.stringify(query)} ${scene}`)
    this.startedWithout = typeof window + typeof document + typeof fetch + typeof URL
  },
  onShow() {
    log.push('app.onShow')
  },
  onHide() {
    log.push('app.onHide')
  },
})
