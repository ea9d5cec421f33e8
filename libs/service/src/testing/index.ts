export { fakeClock } from './fake-clock.ts';
export type { FakeClock } from './fake-clock.ts';
export { createMemoryBroker } from './memory-bus.ts';
export type { MemoryBroker } from './memory-bus.ts';
export { silentLog } from './silent-log.ts';
export { testContext } from './test-context.ts';
export type { TestContext, TestContextOptions } from './test-context.ts';
export { memoryJournals } from './memory-journals.ts';
