// Imported before anything else: a process whose clock is so many milliseconds ahead of the machine's.
const ahead = Number(process.env.CLOCK_AHEAD_MS ?? '0')
const Original = Date

class ShiftedDate extends Original {
  constructor(...words: unknown[]) {
    // Date takes one to seven numbers, or one text; without any it is now.
    super(...((words.length === 0 ? [Original.now() + ahead] : words) as [number]))
  }
  static override now(): number {
    return Original.now() + ahead
  }
}

if (ahead !== 0) globalThis.Date = ShiftedDate as DateConstructor
