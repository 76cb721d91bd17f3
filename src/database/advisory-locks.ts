/**
 * The key of every advisory lock, by what is done under it. A key is an arbitrary number, and belongs to one purpose:
 * purposes that shared a key would wait for each other. A released number stays, as processes of two versions run
 * together during an update.
 */
export const LOCKS = {
  migrations: 7_305_511_204_417_883,
  partitionedLog: 7_305_511_204_417_884,
  chargedCalls: 7_305_511_204_417_885,
  retention: 7_305_511_204_417_886,
  ownTables: 7_305_511_204_417_887,
  resets: 7_305_511_204_417_891,
  dailyRepairs: 7_305_511_204_417_895,
  reconcile: 7_305_511_204_417_896,
  /** Held, shared, by each process that uses a local server. */
  serverLease: 7_521_401,
} as const

/** Where each counter has a lock of its own, its key is a hash of the counter's name, with one of these as the seed. */
export const LOCK_SEEDS = {
  budget: 7_305_511_204_417_889,
  window: 7_305_511_204_417_892,
  place: 7_305_511_204_417_893,
} as const
