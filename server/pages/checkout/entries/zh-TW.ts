import { openPage } from '../main.ts'
import { zhTWTexts } from '../texts/zh-TW.ts'

openPage(zhTWTexts)
