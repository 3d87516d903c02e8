#!/usr/bin/env node
import { writeSync } from 'node:fs'
import { doctor } from './doctor.js'

// What the library warns of at start is told as findings.
process.removeAllListeners('warning').on('warning', () => undefined)
const status = await doctor(process.argv.slice(2), {
  out: (text) => void writeSync(1, text),
  err: (text) => void writeSync(2, text),
  colours: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
})
// An app that was loaded may listen, or hold a connection.
process.exit(status)
