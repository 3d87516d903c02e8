import { parseArgs } from 'node:util'
import { checkCodes } from './check-codes.js'
import { checkDelivery, checkMoney } from './check-delivery.js'
import { checkDoors } from './check-doors.js'
import { checkEnvironment, checkStart } from './check-environment.js'
import { checkSecrets, secretsIn } from './check-secrets.js'
import { checkStores } from './check-stores.js'
import { gather } from './gather.js'
import { fails, render, report } from './report.js'
import type { Finding, Subject } from './subject.js'

const HELP = `express-otp doctor FILE [--export NAME] [--app FILE] [--redis URL]
  [--production] [--fail-on error|warning|note] [--strict] [--json]

Says what is wrong or weak in the options of createOtp that FILE exports.
Exits with 1 where something weighs as much as --fail-on (by default warning;
--strict is note), with 2 where a file or an argument is wrong.
All of it: docs/doctor.md
`

/** What the program writes to, and whether colours are seen there. */
export interface Streams {
  out(text: string): void
  err(text: string): void
  readonly colours: boolean
}

/** Every check, in the order in which it is told. Where a factory refused while the file was loaded, there are no options to judge. */
export function examine(subject: Subject): readonly Finding[] {
  const ofOptions = [checkSecrets, checkCodes, checkDelivery, checkMoney, checkDoors, checkStores]
  const checks = Object.keys(subject.options).length === 0 ? [] : ofOptions
  return [checkStart, ...checks, checkEnvironment].flatMap((check) => check(subject))
}

/** Runs `express-otp` with these arguments; resolves to the exit status. */
export async function doctor(args: readonly string[], { colours, err, out }: Streams): Promise<0 | 1 | 2> {
  try {
    const { positionals, values } = readArguments(args)
    if (values.help === true) {
      out(HELP)
      return 0
    }
    const [command, file, ...others] = positionals
    const floor = values.strict === true ? 'note' : (values['fail-on'] ?? 'warning')
    if (command !== 'doctor' || file === undefined || others.length > 0) throw new Error('FILE is missing, see --help')
    if (floor !== 'error' && floor !== 'warning' && floor !== 'note') throw new Error('--fail-on must be error, warning or note')
    if (values.production === true) process.env.NODE_ENV = 'production'
    const subject = await gather({ file, name: values.export, app: values.app, redis: values.redis })
    const secrets = secretsIn(subject.options, subject.session ?? {}, subject.keys)
    const told = report(examine(subject), { production: subject.production, secrets })
    out(values.json === true ? `${JSON.stringify(told, undefined, 2)}\n` : render(told, { colours }))
    return fails(told, floor) ? 1 : 0
  } catch (problem) {
    err(`express-otp: ${problem instanceof Error ? firstLine(problem) : 'the file threw no error'}\n`)
    return 2
  }
}

function readArguments(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { export: text, app: text, redis: text, production: flag, 'fail-on': text, strict: flag, json: flag, help: flag } as const
  return parseArgs({ args: [...args], allowPositionals: true, options })
}

/** No stack, and of a URL no user, password or host. */
function firstLine({ message, name }: Error): string {
  return `${name}: ${(message.split('\n', 1)[0] ?? '').replace(/\b(?!file:)[a-z][a-z0-9+.-]*:\/\/\S+/g, '(a URL)')}`
}
