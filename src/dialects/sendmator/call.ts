import type { ApiKey } from '../../core/service/api-key.js'
import type { Notebook, Service } from '../../core/service/service.js'
import type { OnContact } from './contact.js'
import type { Windows } from './windows.js'

/** One authenticated request, with everything that its handling needs. */
export interface Call {
  readonly service: Service
  readonly key: ApiKey
  readonly notebook: Notebook
  readonly windows: Windows
  readonly fields: ReadonlyMap<string, unknown>
  /** True for keys whose challenges may be answered instead of delivered (T66): those for tests, unless the secret says that it is a live one. */
  readonly isTestKey: boolean
  readonly onContact: OnContact | undefined
}
