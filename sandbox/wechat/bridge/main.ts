import type { BridgeConfig } from './config.ts'
import { installBridge } from './install.ts'

/** Replaced by the settings of the in-app browser when the script is built. */
declare const WECHAT_BRIDGE: BridgeConfig

installBridge(window, WECHAT_BRIDGE)
