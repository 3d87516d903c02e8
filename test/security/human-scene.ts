import type { Limits } from 'express-otp'
import type { ChallengeHuman, HumanQuestion } from 'express-otp/express'
import { type Answer, type DoorApp, type DoorAppOptions, openDoor } from '../helpers/door-app.js'
import { reasons } from './scenes.js'

export interface CheckedDoor extends DoorApp {
  /** What the hook was asked. */
  readonly asked: HumanQuestion[]
  /** Sends to these, one by one, each from a browser of its own after the cooldown. */
  sends(to: readonly string[], human?: string): Promise<unknown[]>
}

/** A door whose hook believes the token `person`. */
export async function openCheckedDoor(
  limits: Partial<Limits>,
  { router, ...options }: DoorAppOptions = {},
  says: ChallengeHuman = ({ response }) => response === 'person',
): Promise<CheckedDoor> {
  const asked: HumanQuestion[] = []
  const challengeHuman: ChallengeHuman = (question, req) => {
    asked.push(question)
    return says(question, req)
  }
  const door = await openDoor({ ...options, router: { challengeHuman, ...router }, otp: { ...options.otp, limits } })
  return {
    ...door,
    asked,
    async sends(to, human) {
      const answers: Answer[] = []
      for (const one of to) {
        answers.push(await door.browser().post('/otp/send', { to: one, human }))
        door.clock.advance(301)
      }
      return reasons(answers)
    },
  }
}
