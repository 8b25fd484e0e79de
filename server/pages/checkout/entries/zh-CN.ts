import { openPage } from '../main.ts'
import { zhCNTexts } from '../texts/zh-CN.ts'

openPage(zhCNTexts)
