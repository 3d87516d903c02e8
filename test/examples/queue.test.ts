import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createOtp, type Transport } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox } from 'express-otp/testing'
import { nodemailerTransport } from 'express-otp/transports/nodemailer'
import { describe, expect, it, onTestFinished } from 'vitest'
import { queueTransport, startWorker } from '../../examples/queue/queue-transport.js'
import { SECRET } from '../helpers/door-app.js'
import { hasRedis } from '../helpers/redis-server.js'
import { sharedRedis } from '../helpers/shared-servers.js'
import { startSmtpServer } from '../helpers/smtp-server.js'
import { message, patient } from '../transports/sample-message.js'

const TO = 'ann@example.org'
let queues = 0

interface Desk {
  readonly connection: { readonly url: string }
  readonly name: string
  readonly secret: string
}

async function desk(): Promise<Desk> {
  return { connection: { url: await sharedRedis() }, name: `codes-${process.pid}-${++queues}`, secret: SECRET }
}

function queueOf(of: Desk): ReturnType<typeof queueTransport> {
  const transport = queueTransport(of)
  onTestFinished(() => transport.close())
  return transport
}

function workerOf(of: Desk, transport: Transport): ReturnType<typeof startWorker> {
  const worker = startWorker({ ...of, transport, lockSeconds: 1 })
  onTestFinished(() => worker.close(true))
  return worker
}

describe.skipIf(!hasRedis)('the queue example', () => {
  it('delivers what was queued, through a real mail server, with a code that works', async () => {
    const at = await desk()
    const server = await startSmtpServer()
    onTestFinished(() => server.stop())
    const worker = workerOf(at, nodemailerTransport({ url: server.url, from: 'codes@example.org' }))
    const otp = createOtp({ secret: SECRET, channels: [emailChannel({ transport: queueOf(at) })], store: memoryStore() })
    onTestFinished(() => otp.close())
    const caller = { tenant: '', userId: '', ip: undefined }
    const completed = once(worker, 'completed')
    const sent = await otp.send({ ...caller, to: TO, hold: async () => undefined })
    if (!sent.ok) throw new Error(sent.reason)
    await completed
    expect(server.received).toHaveLength(1)
    const code = /\b\d{6}\b/.exec(server.received[0]?.mail.text ?? '')?.[0]
    expect(await otp.verify({ ...caller, id: sent.id, code, leaveGrant: false })).toMatchObject({ ok: true, to: TO })
  })

  it("sends a killed worker's message once, by another worker", async () => {
    const at = await desk()
    const hanging = spawn(process.execPath, ['test/helpers/hanging-worker.js', at.connection.url, at.name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => {
      hanging.kill('SIGKILL')
    })
    const taken = once(hanging.stdout, 'data')
    await queueOf(at).deliver(message({ to: TO, expiresAt: Date.now() + 300_000 }), patient)
    await taken
    hanging.kill('SIGKILL')
    const [first, second] = [outbox('first'), outbox('second')]
    const done = [workerOf(at, first), workerOf(at, second)].map((worker) => once(worker, 'completed'))
    await Promise.race(done)
    expect([...first.messages, ...second.messages].map(({ to, code }) => ({ to, code }))).toEqual([{ to: TO, code: message().code }])
  })

  it('T35 does not send a second time what a worker had begun to hand over', async () => {
    const at = await desk()
    const vendor = outbox('vendor')
    vendor.refuseNext({ uncertain: true })
    const worker = workerOf(at, vendor)
    const failed = once(worker, 'failed')
    await queueOf(at).deliver(message({ expiresAt: Date.now() + 300_000 }), patient)
    await failed
    const { Queue } = await import('bullmq')
    const queue = new Queue(at.name, { connection: at.connection })
    onTestFinished(() => queue.close())
    expect(await queue.getJobCounts('wait', 'active', 'delayed')).toEqual({ wait: 0, active: 0, delayed: 0 })
    expect(vendor.messages).toEqual([])
  })

  it('T61 lays no code and no address into Redis, and delivers none that has expired', async () => {
    const at = await desk()
    const { Queue } = await import('bullmq')
    const queue = new Queue(at.name, { connection: at.connection })
    onTestFinished(() => queue.close())
    await queueOf(at).deliver(message({ to: TO, expiresAt: Date.now() - 1 }), patient)
    const [job] = await queue.getJobs(['wait'])
    expect(JSON.stringify(job?.data)).not.toMatch(new RegExp(`${TO}|${message().code}`))
    const vendor = outbox('vendor')
    const [, err] = await once(workerOf(at, vendor), 'failed')
    expect(err.message).toBe('the code has expired')
    expect(vendor.messages).toEqual([])
  })
})
