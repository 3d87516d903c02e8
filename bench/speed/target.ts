// One app in a process of its own. It is told which one, answers questions of the bench over the channel to its parent, and serves HTTP.
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeApp as bare } from './apps/bare.js'
import type { AppContext, MakeApp } from './apps/context.js'
import { makeApp as handWritten } from './apps/hand-written.js'
import { ahead, behind } from './apps/ours.js'
import { makeApp as reference } from './apps/reference.js'
import { connectRedis } from './redis-connection.js'
import type { AppName, Question } from './targets.js'

const APPS: Readonly<Record<AppName, () => Promise<MakeApp>>> = {
  bare: async () => bare,
  reference: async () => reference,
  'hand-written': async () => handWritten,
  'better-auth': () => peer('better-auth'),
  passwordless: () => peer('passwordless'),
  behind: async () => behind,
  ahead: async () => ahead,
}

// The peers are installed beside their files, away from our own packages.
async function peer(name: string): Promise<MakeApp> {
  const { makeApp }: { readonly makeApp: MakeApp } = await import(pathToFileURL(join('bench', 'peers', `${name}.js`)).href)
  return makeApp
}

const [name, redisUrl = '', keepsCodes = 'yes', maxEntries = ''] = process.argv.slice(2)
const codes = new Map<string, string>()
const context: AppContext = {
  redis: redisUrl === '' ? undefined : await connectRedis(redisUrl),
  async deliver(to, code) {
    if (keepsCodes === 'yes') codes.set(to, code)
  },
  maxEntries: maxEntries === '' ? undefined : Number(maxEntries),
}

function answer(question: Question): unknown {
  switch (question.ask) {
    case 'cpu': {
      const { system, user } = process.cpuUsage()
      return system + user
    }
    case 'heap':
      globalThis.gc?.()
      globalThis.gc?.()
      return process.memoryUsage().heapUsed
    case 'codes':
      return question.of.map((to) => {
        const code = codes.get(to)
        codes.delete(to)
        return code
      })
  }
}

const make = await APPS[name as AppName]()
const listener: RequestListener = await make(context)
const server = createServer(listener).listen(0, '127.0.0.1', () => {
  process.send?.(server.address())
})
// While the other of a pair is asked, connections wait for longer than the five seconds that are Node's default.
server.keepAliveTimeout = 600_000
process.on('message', (question: Question) => process.send?.(answer(question)))
process.once('disconnect', () => process.exit())
