import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entries } from './entries.js'
import { plainRepositoryLinks } from './repository-links.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const docs = join(root, 'docs')
/** What pages link to and VitePress does not copy by itself: written by tools/render-messages.js and by the bench. */
const FILES = ['messages.html', 'telemetry/dashboard.json']

/**
 * Pages under one heading of the menu, by their titles.
 * @param {string} text
 * @param {Readonly<Record<string, string>>} pages
 */
const group = (text, pages) => ({ text, items: Object.entries(pages).map(([title, link]) => ({ text: title, link })) })

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
      group('Begin', {
        Overview: '/',
        'First login': '/guide/first-login',
        'How a code travels': '/guide/how-a-code-travels',
        'Before production': '/guide/production',
      }),
      group('Doors', {
        'The session door': '/guide/session-door',
        Passport: '/guide/passport',
        'Server to server': '/guide/service-door',
      }),
      group('People', {
        'The page': '/guide/page',
        'A step that needs a fresh code': '/guide/step-up',
        'A code after the password': '/guide/second-factor',
        'Known devices': '/guide/known-devices',
        'Changing an address': '/change-address',
        'Who has an account': '/guide/accounts',
        'A human check on demand': '/human-check',
      }),
      group('Messages', {
        'Channels and transports': '/guide/channels',
        'Languages and wording': '/guide/languages',
        'Codes that a vendor keeps': '/guide/delegated',
        'What became of a message': '/guide/receipts',
        'What messages may cost': '/guide/costs',
      }),
      group('Operation', {
        'Stores and copies': '/guide/stores',
        Telemetry: '/telemetry',
        Faults: '/faults',
        'The doctor': '/doctor',
        'Testing your app': '/guide/testing',
      }),
      group('Measured', {
        Performance: '/performance',
        Scale: '/scale',
        Soak: '/soak',
        'Models and random input': '/model',
        Mutations: '/mutation',
      }),
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
      group('Behind it', {
        'What is not promised': '/guide/promises',
        Threats: '/threats',
        Decisions: '/decisions',
        Changes: '/changes',
      }),
    ],
  },
}
