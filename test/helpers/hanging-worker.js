// Takes one message off the queue, says so, and never finishes: the worker that a test kills.
import { Worker } from 'bullmq'

const [, , url, name] = process.argv
const hang = () =>
  new Promise(() => {
    process.stdout.write('taken\n')
  })
new Worker(name, hang, { connection: { url }, lockDuration: 1000, stalledInterval: 1000 })
