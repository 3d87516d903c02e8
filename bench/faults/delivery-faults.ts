import type { Fault } from './fault.js'
import type { World } from './world.js'

/** Ten seconds is what a transport waits for by default. */
const TRANSPORT_MS = 11_500
const UNTIL_GIVEN_UP = { patienceMs: TRANSPORT_MS, leastSeconds: 12 } as const

/** What can happen to the vendor of text messages and to the mail server, to a process of the app, and to its clock. */
export const OTHER_FAULTS: readonly Fault[] = [
  ...ways('SMS vendor', false, ({ vendorLine }) => vendorLine),
  ...ways('mail server', true, ({ mailLine }) => mailLine),
  {
    name: 'one of two processes killed (`SIGKILL`), started again',
    breaksConnections: true,
    begin: ({ apps }) => apps[0]?.kill(),
    async end({ apps, startApp }) {
      apps[0] = await startApp()
    },
  },
  {
    name: 'two processes whose clocks are nine minutes apart',
    world: { clockAheadMs: 540_000 },
    begin: () => undefined,
    end: () => undefined,
  },
]

function ways(what: string, isByMail: boolean, line: (world: World) => World['line']): readonly Fault[] {
  return [
    { name: `${what} down`, isByMail, begin: (world) => line(world).set('refuse'), end: (world) => line(world).set('flow') },
    {
      name: `${what} slow by 1 s for each answer`,
      isByMail,
      patienceMs: TRANSPORT_MS,
      begin: (world) => line(world).delay(1000),
      end: (world) => line(world).delay(0),
    },
    {
      name: `${what} half-open: accepts, never answers`,
      isByMail,
      ...UNTIL_GIVEN_UP,
      begin: (world) => line(world).set('hold'),
      end: (world) => line(world).set('flow'),
    },
    {
      name: `${what} takes messages, its answers are lost`,
      isByMail,
      ...UNTIL_GIVEN_UP,
      begin: (world) => line(world).set('swallow'),
      end: (world) => line(world).set('flow'),
    },
  ]
}
