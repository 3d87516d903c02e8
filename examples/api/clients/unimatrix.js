// Unimatrix's own client: nothing but the endpoint and the key is ours.
import { UniClient } from 'uni-sdk'
import { codeFor, keyId, secret, url } from './settings.js'

const client = new UniClient({ accessKeyId: keyId, accessKeySecret: secret, endpoint: `${url}/unimatrix` })
const to = '+12065550102'

await client.otp.send({ to })
const { valid } = await client.otp.verify({ to, code: await codeFor(to) })
console.log(valid)
