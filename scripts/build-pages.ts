/** `npm run build:pages`: bundles the browser pages, for a quick start and for machines without Vite. */
import { relative } from 'node:path'
import { rebuildPages } from '../server/http/page-build.ts'
import { BUILT_FOLDER } from '../server/http/page-files.ts'

const files = await rebuildPages()
console.log(
  `${files.length} files in ${relative(process.cwd(), BUILT_FOLDER)}: ${files.join(', ')}`,
)
