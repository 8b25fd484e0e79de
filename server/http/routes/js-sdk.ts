import { jsSdkConfigQuerySchema } from '../../../shared/contract/js-sdk.ts'
import type { SignPage } from '../../identity/js-sdk-config.ts'
import { createRouter, type HttpRouter } from '../context.ts'
import { JS_SDK_PATH } from '../paths.ts'
import { parseQuery } from '../validate.ts'

/** Signs pages of ours for WeChat's JS-SDK. Needs no login: what is signed opens nothing else. */
export function createJsSdkRoutes(signPage: SignPage): HttpRouter {
  return createRouter().get(JS_SDK_PATH, async (ctx) => {
    const { url, appId } = parseQuery(ctx, jsSdkConfigQuerySchema)
    ctx.body = await signPage({ url, appId })
  })
}
