// Builds dist/ where it is missing or was made from other sources, and does nothing otherwise.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const stamp = join(dist, '.stamp')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const folders = ['checker', 'model', 'properties', 'scenarios', 'cli']
const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json']

/** A hash of everything that the build depends on. */
function sourcesHash() {
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  )
  const hash = createHash('sha256')
  for (const file of [...settings, ...sources.sort()]) hash.update(`${file}\0${readFileSync(join(root, file))}\0`)
  return hash.digest('hex')
}

/** npx finds a package's own command only where its dependencies' commands are. */
function linkCommand() {
  const commands = join(root, 'node_modules', '.bin')
  if (process.platform === 'win32' || existsSync(join(commands, 'litebox-model'))) return
  mkdirSync(commands, { recursive: true })
  symlinkSync('../../dist/cli/main.js', join(commands, 'litebox-model'))
}

const builtFrom = () => (existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined)

/** Throws when the sources do not compile; what was built before is left as it was. */
export function ensureBuild() {
  const wanted = sourcesHash()
  if (builtFrom() === wanted) return
  // Built elsewhere and then moved, so that nobody meets half a build; as deep as `dist`, for the source maps' sake.
  const fresh = join(root, `.build-${process.pid}`)
  const old = join(root, `.build-${process.pid}-before`)
  try {
    const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    if (status !== 0) throw new Error('the build failed')
    writeFileSync(join(fresh, '.stamp'), wanted)
    chmodSync(join(fresh, 'cli', 'main.js'), 0o755)
    if (builtFrom() === wanted) return
    // Moved out of the way, not removed in place: who builds at the same time would go on removing what is new.
    try {
      if (existsSync(dist)) renameSync(dist, old)
      renameSync(fresh, dist)
    } catch (thrown) {
      if (builtFrom() !== wanted) throw thrown
    }
  } finally {
    rmSync(old, { recursive: true, force: true })
    rmSync(fresh, { recursive: true, force: true })
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // An installation without development dependencies has no compiler, and is an installation all the same.
  const isOptional = process.argv.includes('--if-possible')
  try {
    if (isOptional && !existsSync(compiler)) console.error('not built: there is no compiler without development dependencies')
    else {
      ensureBuild()
      linkCommand()
    }
  } catch (thrown) {
    console.error(thrown.message)
    process.exitCode = 1
  }
}
