import express from 'express'
import { createOtp, type Otp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { sessionRouter } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { type AppContext, type MakeApp, SECRET, sessions } from './context.js'

/** Behind the session, with every default, and somebody who listens to events. */
export const behind: MakeApp = (context) => {
  const app = express().set('trust proxy', 1)
  app.use(sessions(context))
  app.use(sessionRouter(makeOtp(context), { login }))
  return app
}

/** The same, ahead of the session. */
export const ahead: MakeApp = (context) => {
  const app = express().set('trust proxy', 1)
  const session = sessions(context)
  app.use(sessionRouter(makeOtp(context), { session, login }))
  app.use(session)
  return app
}

function makeOtp(context: AppContext): Otp {
  const { deliver, maxEntries } = context
  const transport = {
    name: 'bench',
    async deliver(message: { readonly to: string; readonly code: string }) {
      await deliver(message.to, message.code)
      return {}
    },
  }
  const counts = { sent: 0, verified: 0, rejected: 0 }
  const otp = createOtp({
    secret: SECRET,
    channels: [emailChannel({ transport })],
    ...(maxEntries === undefined ? {} : { store: memoryStore({ maxEntries }) }),
  })
  for (const name of ['sent', 'verified', 'rejected'] as const) {
    otp.on(name, () => {
      counts[name]++
    })
  }
  return otp
}

function login({ to }: { readonly to: string }, req: express.Request): void {
  req.session.user = to
}
