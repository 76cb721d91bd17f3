/**
 * What `work` resolves with, or what `late` returns or throws when that takes longer than `ms`. `work` goes on unheeded
 * then, and may reject: `late` is where to stop it.
 */
export async function withTimeout<T, L>(ms: number, work: PromiseLike<T>, late: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<L>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late())
      } catch (error) {
        reject(error)
      }
    }, ms)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
