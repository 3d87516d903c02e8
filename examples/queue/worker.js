// One worker: `REDIS_URL=... QUEUE_SECRET=... SMTP_URL=... node examples/queue/worker.js`. Start as many as you like, on as many machines.
import { nodemailerTransport } from 'express-otp/transports/nodemailer'
import { startWorker } from './queue-transport.js'

const { QUEUE_SECRET, REDIS_URL, SMTP_URL } = process.env
const transport = nodemailerTransport({ url: SMTP_URL, from: 'codes@localhost' })
const worker = startWorker({ connection: { url: REDIS_URL }, secret: QUEUE_SECRET, transport })
worker.on('completed', (job) => console.log(`delivered ${job.id}`))
worker.on('failed', (job, err) => console.log(`not delivered ${job?.id}: ${err.message}`))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => worker.close())
