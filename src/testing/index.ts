export { fixedRandom } from './fixed-random.js'
export { type Outbox, outbox } from './outbox.js'
export { type StoreContractOptions, type StoreUnderTest, storeContract, type TestFunction } from './store-contract.js'
export { type TestClock, testClock } from './test-clock.js'
