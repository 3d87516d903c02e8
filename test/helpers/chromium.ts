import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

/** True where the packaged browser runs: Linux on x64. `describe.skipIf(!hasChromium)`. */
export const hasChromium: boolean = process.platform === 'linux' && process.arch === 'x64'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts the browser that `@sparticuz/chromium` packs, with the libraries and the font it packs too: nothing of the machine's own
 * is needed, and text looks the same everywhere.
 */
export async function launchBrowser(): Promise<Browser> {
  const dir = unpacked()
  return await chromium.launch({
    executablePath: join(dir, 'chromium'),
    args: flags,
    env: {
      ...process.env,
      HOME: dir,
      XDG_CACHE_HOME: join(dir, 'cache'),
      LD_LIBRARY_PATH: join(dir, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(dir, 'fonts.conf'),
    },
  })
}

/** Folder of the unpacked browser; unpacks it if this is the first use since `npm install`. */
function unpacked(): string {
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
  const { version }: { version: string } = JSON.parse(readFileSync(join(modules, '@sparticuz', 'chromium', 'package.json'), 'utf8'))
  const cache = join(modules, '.cache', 'express-otp')
  const dir = join(cache, `chromium-${version}`)
  if (existsSync(dir)) return dir
  mkdirSync(cache, { recursive: true })
  const aside = mkdtempSync(join(cache, 'chromium-'))
  // The package unpacks into the temporary folder, and its libraries only where it believes to be in a Lambda function.
  const source = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())"
  const env = { ...process.env, TMPDIR: aside, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' }
  const { status, stderr } = spawnSync(process.execPath, ['-e', source], { cwd: cache, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the browser could not be unpacked: ${stderr}`)
  writeFileSync(join(aside, 'fonts.conf'), fontsConf)
  place(aside, dir)
  return dir
}

// Its own font only: Open Sans. Relative folders are relative to this file.
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

function place(aside: string, dir: string): void {
  try {
    renameSync(aside, dir)
  } catch (err) {
    // Another test file was faster.
    rmSync(aside, { recursive: true, force: true })
    if (!existsSync(dir)) throw err
  }
}
