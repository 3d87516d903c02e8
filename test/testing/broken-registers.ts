import { type BrokenStore, later, soundBut } from './broken-stores.js'

/** Stores whose challenges are sound, and whose register has one mistake. */
export const BROKEN_REGISTERS: readonly BrokenStore[] = [
  {
    mistake: 'looks before it claims, and keeps after that',
    notices: ['T69 of 300'],
    create: soundBut((sound) => ({
      async claim(request) {
        const value = await sound.look(request)
        if (value !== undefined) return { outcome: 'held', value }
        await later()
        await sound.keep(request)
        return { outcome: 'claimed' }
      },
    })),
  },
  {
    mistake: 'prolongs a value that somebody asks for',
    notices: ['T69 a value ends'],
    create: soundBut((sound) => ({
      async claim(request) {
        const decision = await sound.claim(request)
        if (decision.outcome === 'held') await sound.keep({ ...request, value: decision.value })
        return decision
      },
    })),
  },
  {
    mistake: 'leaves the life of a value that is kept again',
    notices: ['a value that is kept again'],
    create: soundBut((sound) => ({
      async keep(request) {
        if ((await sound.look(request)) !== request.value) await sound.keep(request)
      },
    })),
  },
  {
    mistake: 'asks for a total before it adds to it',
    notices: ['T29 of 300', 'T29 charges and refunds'],
    create: soundBut((sound) => ({
      async charge(request) {
        const asked = await sound.charge({ ...request, amount: 0, limit: request.limit - Math.max(0, request.amount) })
        if (request.amount >= 0 && asked.outcome === 'refused') return asked
        await later()
        return await sound.charge({ ...request, limit: Number.MAX_SAFE_INTEGER })
      },
    })),
  },
  {
    mistake: 'never ends a window',
    notices: ['T29 a total begins anew', 'a total with a window'],
    create: soundBut((sound) => ({ charge: (request) => sound.charge({ ...request, windowSeconds: undefined }) })),
  },
  {
    mistake: 'begins a window anew with each amount',
    notices: ['T29 a total begins anew'],
    create: soundBut((sound) => ({
      async charge(request) {
        const { total } = await sound.charge({ ...request, amount: 0, limit: Number.MAX_SAFE_INTEGER })
        if (request.amount <= 0 || total + request.amount > request.limit) return await sound.charge(request)
        await sound.drop(request)
        return await sound.charge({ ...request, amount: total + request.amount })
      },
    })),
  },
  {
    mistake: 'forgets what has no window',
    notices: ['a total without a window'],
    create: soundBut((sound) => ({
      charge: (request) => sound.charge({ ...request, windowSeconds: request.windowSeconds ?? 366 * 86_400 }),
    })),
  },
  {
    mistake: 'refuses what gives back above the limit',
    notices: ['T29 an amount that does not fit'],
    create: soundBut((sound) => ({
      async charge(request) {
        const asked = await sound.charge({ ...request, amount: 0 })
        return asked.outcome === 'refused' ? asked : await sound.charge(request)
      },
    })),
  },
]
