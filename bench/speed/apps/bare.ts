import express from 'express'
import type { MakeApp } from './context.js'

/** Express alone: reads JSON, answers JSON. The most that any middleware can reach. */
export const makeApp: MakeApp = () => {
  const app = express().set('trust proxy', 1)
  app.use(express.json())
  for (const path of ['/send', '/wrong', '/right']) {
    app.post(path, (req, res) => {
      res.json({ status: 'ok', to: req.body.to })
    })
  }
  return app
}
