import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entries } from './entries.js'
import { plainRepositoryLinks } from './repository-links.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const docs = join(root, 'docs')
/** What pages link to and VitePress does not copy by itself: written by tools/render-messages.js and by the bench. */
const FILES = ['messages.html', 'telemetry/dashboard.json']

/** @type {import('vitepress').UserConfig<import('vitepress').DefaultTheme.Config>} */
export default {
  lang: 'en',
  title: 'express-otp',
  description: 'One-time codes for Express',
  outDir: join(root, '.cache', 'site'),
  cacheDir: join(root, '.cache', 'vitepress'),
  lastUpdated: false,
  // VitePress takes every link for one to a page of its own. tools/site-links.js looks at this one too.
  ignoreDeadLinks: [/\/messages$/],
  buildEnd: ({ outDir }) => {
    for (const name of FILES) {
      mkdirSync(dirname(join(outDir, name)), { recursive: true })
      copyFileSync(join(docs, name), join(outDir, name))
    }
  },
  // The index of the search, which is loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 1500 } },
  markdown: { config: (md) => md.use(plainRepositoryLinks, docs) },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guide', link: '/guide/first-login', activeMatch: '^/guide/' },
      { text: 'Reference', link: '/reference/options', activeMatch: '^/(reference|api)/' },
      { text: 'Security', link: '/threats', activeMatch: '^/(threats|guide/promises)' },
    ],
    sidebar: [
      {
        text: 'Begin',
        items: [
          { text: 'Overview', link: '/' },
          { text: 'First login', link: '/guide/first-login' },
          { text: 'How a code travels', link: '/guide/how-a-code-travels' },
          { text: 'Before production', link: '/guide/production' },
        ],
      },
      {
        text: 'Doors',
        items: [
          { text: 'The session door', link: '/guide/session-door' },
          { text: 'Passport', link: '/guide/passport' },
          { text: 'Server to server', link: '/guide/service-door' },
        ],
      },
      {
        text: 'People',
        items: [
          { text: 'The page', link: '/guide/page' },
          { text: 'A step that needs a fresh code', link: '/guide/step-up' },
          { text: 'A code after the password', link: '/guide/second-factor' },
          { text: 'Known devices', link: '/guide/known-devices' },
          { text: 'Changing an address', link: '/change-address' },
          { text: 'Who has an account', link: '/guide/accounts' },
          { text: 'A human check on demand', link: '/human-check' },
        ],
      },
      {
        text: 'Messages',
        items: [
          { text: 'Channels and transports', link: '/guide/channels' },
          { text: 'Languages and wording', link: '/guide/languages' },
          { text: 'Codes that a vendor keeps', link: '/guide/delegated' },
          { text: 'What became of a message', link: '/guide/receipts' },
          { text: 'What messages may cost', link: '/guide/costs' },
        ],
      },
      {
        text: 'Operation',
        items: [
          { text: 'Stores and copies', link: '/guide/stores' },
          { text: 'Telemetry', link: '/telemetry' },
          { text: 'Faults', link: '/faults' },
          { text: 'The doctor', link: '/doctor' },
          { text: 'Testing your app', link: '/guide/testing' },
        ],
      },
      {
        text: 'Measured',
        items: [
          { text: 'Performance', link: '/performance' },
          { text: 'Scale', link: '/scale' },
          { text: 'Soak', link: '/soak' },
          { text: 'Models and random input', link: '/model' },
          { text: 'Mutations', link: '/mutation' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Options, limits, presets', link: '/reference/options' },
          { text: 'Every option', link: '/api/options' },
          { text: 'Reasons and errors', link: '/reference/reasons' },
          { text: 'Events', link: '/reference/events' },
          { text: 'What is kept', link: '/reference/kept' },
          {
            text: 'API',
            collapsed: true,
            items: entries.map(({ name, page }) => ({
              text: name.replace('express-otp/', ''),
              link: `/api/${page === 'index' ? 'express-otp' : page.replace(/\/index$/, '')}`,
            })),
          },
        ],
      },
      {
        text: 'Behind it',
        items: [
          { text: 'What is not promised', link: '/guide/promises' },
          { text: 'Threats', link: '/threats' },
          { text: 'Decisions', link: '/decisions' },
          { text: 'Changes', link: '/changes' },
        ],
      },
    ],
  },
}
