import { ConfigError, loadConfig } from './config.ts'
import { stopOnSignals } from './http/shutdown.ts'
import { createToolkit } from './toolkit.ts'

/** `npm run serve`: the toolkit as one process, configured by toolkit.config.ts and the environment. */
try {
  const toolkit = await createToolkit(await loadConfig())
  await toolkit.listen()
  stopOnSignals(process, () => toolkit.close())
} catch (error) {
  // Before there is a logger: what is wrong, and nothing else.
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`)
  process.exit(1)
}
