/** The package brings no types. */
declare module 'session-file-store' {
  import type session from 'express-session'

  interface FileStoreOptions {
    readonly path: string
    readonly retries?: number
    /** Seconds; -1 for never. */
    readonly reapInterval?: number
    readonly logFn?: (text: string) => void
  }

  function connectFile(module: typeof session): new (options: FileStoreOptions) => session.Store
  export = connectFile
}
