import { openPage } from '../main.ts'
import { enTexts } from '../texts/en.ts'

openPage(enTexts)
