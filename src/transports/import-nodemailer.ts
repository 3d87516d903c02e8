import { OtpError } from '../errors.js'

type Nodemailer = Pick<typeof import('nodemailer'), 'createTransport'>

/** Loads the optional package `nodemailer`; where it is not installed, `OtpError` `ERR_OTP_MISSING_PACKAGE` says what to do. */
export async function importNodemailer(load: () => Promise<Nodemailer> = () => import('nodemailer')): Promise<Nodemailer> {
  try {
    return await load()
  } catch (err) {
    if (typeof err !== 'object' || err === null || Reflect.get(err, 'code') !== 'ERR_MODULE_NOT_FOUND') throw err
    throw new OtpError(
      'ERR_OTP_MISSING_PACKAGE',
      'nodemailerTransport: option "url" needs the package "nodemailer". Install it with `npm install nodemailer`, or pass a `transporter`',
      { cause: err },
    )
  }
}
