/** `npm run build:pages`: bundles the browser pages for a machine without development dependencies. */
import { writePages } from '../server/http/page-assets.ts'

const { folder, files } = await writePages()
console.log(`${files.length} files in ${folder}: ${files.join(', ')}`)
