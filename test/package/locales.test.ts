import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { LOCALES } from '../../src/channels/messages/locales.js'
import { usePacked } from '../helpers/packed.js'

describe('the packed package', () => {
  const packed = usePacked()

  const use = `
const { word } = emailChannel({ transport: { name: 'none', deliver: async () => ({}) } })
const common = { code: '482913', intent: 'login', reference: 'KX', ttlSeconds: 300, context: undefined, service: 'Acme', host: undefined }
console.log(JSON.stringify(${JSON.stringify(LOCALES)}.map((locale) => word({ ...common, locale }).text)))`

  it.each([
    ['import', 'words.mjs', `import { emailChannel } from 'express-otp/channels/email'${use}`],
    ['require', 'words.cjs', `const { emailChannel } = require('express-otp/channels/email')${use}`],
  ])('has the words of every language, by %s', (_how, file, code) => {
    const project = packed().project(['libphonenumber-js'], { [file]: code })
    const words: string[] = JSON.parse(execFileSync(process.execPath, ['--no-warnings', file], { cwd: project, encoding: 'utf8' }))
    expect(words).toHaveLength(LOCALES.length)
    expect(new Set(words).size).toBe(LOCALES.length)
    expect(words[LOCALES.indexOf('fr')]).toContain('Votre code Acme pour vous connecter')
  })

  it('reads no language before it is needed, and each once', () => {
    const project = packed().project(['libphonenumber-js'], {
      'reads.mjs': `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const read = []
const { readFileSync } = fs
fs.readFileSync = (path, ...rest) => {
  if (/\\.(json|br)$/.test(String(path))) read.push(String(path).replace(/.*\\//, ''))
  return readFileSync(path, ...rest)
}
syncBuiltinESMExports()
const { smsChannel } = await import('express-otp/channels/sms')
const imported = [...read]
const sms = smsChannel({ transport: { name: 'none', deliver: async () => ({}) } })
const made = [...read]
for (const locale of ['it', 'it', 'it']) sms.word({ code: '1', intent: 'login', reference: 'KX', ttlSeconds: 300, locale, service: 'Acme' })
console.log(JSON.stringify([imported, made, read]))`,
    })
    const answer = execFileSync(process.execPath, ['--no-warnings', 'reads.mjs'], { cwd: project, encoding: 'utf8' })
    const [imported, made, read]: string[][] = JSON.parse(answer)
    expect(imported?.filter((name) => name !== 'package.json')).toEqual([])
    expect(made?.filter((name) => name !== 'package.json')).toEqual(['locales.br'])
    expect(read?.filter((name) => name !== 'package.json')).toEqual(['locales.br', 'locales.br'])
  })
})
