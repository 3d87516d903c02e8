import { ACCOUNTS, type Ask, type Client, type Door, type Heard, limited, type Outcome, unheard } from './door.js'

/** Unimatrix: a challenge is found by its recipient; whatever is wrong with a guess is `valid: false`. */
export function unimatrixDoor(ask: Ask): Door {
  function client(accessKeyId: string, to: string): Client {
    let held = to
    const post = async (action: string, fields: object): Promise<Outcome> =>
      classOf(await ask({ path: `/unimatrix/?${new URLSearchParams({ action, accessKeyId })}`, body: { intent: 'login', ...fields } }))
    return {
      send(number) {
        held = number
        return post('otp.send', { to: number })
      },
      resend: () => post('otp.send', { to: held }),
      verify: (code) => post('otp.verify', { to: held, code }),
      copy: (tenant) => client(tenant === undefined ? accessKeyId : ACCOUNTS[tenant].id, held),
    }
  }
  return { name: 'unimatrix', client: ({ knows = '', tenant = 'shop' } = {}) => client(ACCOUNTS[tenant].id, knows) }
}

function classOf(heard: Heard): Outcome {
  const { code, data } = heard.body
  switch (code) {
    case '0':
      if (data.valid === undefined) return 'SENT'
      return data.valid === true ? 'VERIFIED' : 'NO'
    case '104001':
    case '104002':
    case '107111':
      return 'SHAPE'
    case '105300':
      return limited(heard)
    default:
      throw unheard(heard)
  }
}
