// One sender's month, in a thread of its own: the senders share nothing.
import { parentPort, workerData } from 'node:worker_threads'
import { MONTH } from './scenario.js'
import { simulate } from './simulate.js'

parentPort?.postMessage(await simulate(workerData, MONTH))
