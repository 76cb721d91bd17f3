/** What has piled up goes in larger batches: each costs the database less, and it has fallen behind. */
const PILED_UP = 10

/** The most that are written at once, where `batchSize` are enough to begin. */
export function mostAtOnce(batchSize: number): number {
  return batchSize * PILED_UP
}
