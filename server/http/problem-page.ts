import type { Problem, ProblemCode } from '../../shared/contract/problem.ts'

/** What a payer reads who does not read English; the rest is a fault that only we can mend. */
const CHINESE: Partial<Readonly<Record<ProblemCode, string>>> = {
  sessionMissing: '请先登录。',
  sessionExpired: '登录已过期，请重新打开订单。订单仍然有效。',
  loginCodeInvalid: '微信登录未成功，请重新打开订单。',
  payerBlocked: '微信不允许此账号付款。',
  snapshotUser: '当前为预览页面，请点击“使用完整服务”后再付款。',
  orderNotFound: '没有找到此订单。',
  paymentNotFound: '没有找到此付款。',
  notFound: '没有找到此页面。',
  orderAlreadyPaid: '订单已付款，无需再次付款。',
  orderClosed: '订单已关闭，无法付款。',
  tooManyRequests: '请求过多，请稍后再试。',
  identityUnavailable: '微信登录暂时不可用，请稍后再试。',
  overloaded: '现在访问的人太多，请稍后再试。',
  shuttingDown: '服务正在重启，请稍后再试。',
}
const CHINESE_OTHERWISE = '出错了，请稍后再试。'

/** The problem as a page: no script, no style, nothing that the request could have put into it. */
export function problemPage(problem: Problem): string {
  const chinese = CHINESE[problem.code] ?? CHINESE_OTHERWISE
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${chinese}</title>
</head>
<body>
<h1>${chinese}</h1>
<p lang="en">${escapeHtml(problem.detail)}</p>
<p><small>${escapeHtml(problem.code)} · ${escapeHtml(problem.requestId)}</small></p>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
