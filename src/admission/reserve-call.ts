import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { Call, VirtualKey } from '../types.ts'
import type { BudgetReservations } from './budgets/budget-reservations.ts'
import { type CallPair, ExpectedOutput } from './budgets/expected-output.ts'
import { reserveShared, type SharedBudgets } from './budgets/shared-budgets.ts'
import type { Budget } from './facts/budget.ts'
import type { CallFacts, CheckSettings } from './facts/check.ts'
import type { Estimate } from './facts/estimate.ts'
import type { Refusal } from './facts/refusal.ts'

export interface ReserveCallOptions {
  readonly settings: CheckSettings
  readonly reservations: BudgetReservations
  /** How much each call reserves. Default: the most that it may cost. */
  readonly output?: ExpectedOutput
  /** Budgets that other processes hold too. */
  readonly shared?: SharedBudgets
  /** Calls reserve even where there is no room. */
  readonly regardless: boolean
}

/** A call that is to hold what it may cost. */
export interface ReservingCall {
  readonly callId: string
  readonly facts: CallFacts
  readonly call: Call
  readonly expected: Estimate
}

/** What calls hold of budgets: in this process, and in the one count of all processes. */
export interface CallReservations {
  /** Whether other processes count too. */
  readonly isShared: boolean
  /**
   * In this process, in one step: no call looks in between. `cost` was to be reserved. Over: nothing is held, unless
   * nothing is refused.
   */
  reserve(
    call: ReservingCall,
    budgets: readonly Budget[],
  ): { readonly over: Refusal | undefined; readonly cost: number }
  /** With the other processes, once this process has room. Over: the call holds nothing any more, here neither. */
  reserveShared(call: ReservingCall, cost: number): MaybePromise<Refusal | undefined>
  /** In place of what the call holds. Over: it goes on holding that. */
  reserveInstead(call: ReservingCall): MaybePromise<Refusal | undefined>
  /** A call that streams has used so many output tokens by now. */
  grow(callId: string, outputTokens: number): void
  /** The call has ended. `outputTokens`: of an answer that others may be expected to be like. */
  settle(callId: string, cost: number, outputTokens?: number): void
}

export function createCallReservations(options: ReserveCallOptions): CallReservations {
  const { settings, reservations, shared, regardless, output = new ExpectedOutput() } = options
  /** Fallbacks count for budgets, and are not held to them. */
  const freeFallbacks = settings.enforceFallbackBudget === false
  const inShared = shared && reserveShared({ shared, reservations, settings, regardless })

  return {
    isShared: shared !== undefined,

    reserve: (call, budgets) => reserveHere(call, regardless, budgets),

    async reserveShared({ callId, facts, call }, cost) {
      const over = await inShared?.(callId, facts, call, cost)
      if (over && !regardless) {
        output.refuse(callId)
        release(callId, 0)
      }
      return over
    },

    reserveInstead(call) {
      const isFree = regardless || freeFallbacks
      const { over, cost } = reserveHere(call, isFree)
      if ((over && !isFree) || !shared || !inShared) return over
      const { callId, facts } = call
      return inShared(callId, facts, call.call, cost).then((overShared) => {
        // A call that has ended meanwhile holds nothing.
        if (!reservations.holds(callId)) shared.settle(callId, 0)
        return over ?? overShared
      })
    },

    grow(callId, outputTokens) {
      const amount = output.grow(callId, outputTokens)
      if (amount === undefined) return
      reservations.grow(callId, amount)
      shared?.grow(callId, amount)
    },

    settle(callId, cost, outputTokens) {
      output.end(callId, outputTokens)
      release(callId, cost)
    },
  }

  function reserveHere({ callId, facts, call, expected }: ReservingCall, isFree: boolean, budgets?: readonly Budget[]) {
    const cost = output.begin(callId, pairOf(facts.key, call), expected)
    const over = reservations.reserve({ callId, facts, call, settings, budgets, estimate: cost, regardless: isFree })
    if (over && !isFree) output.refuse(callId)
    return { over, cost }
  }

  function release(callId: string, cost: number): void {
    reservations.settle(callId, cost)
    shared?.settle(callId, cost)
  }
}

function pairOf({ hashedToken }: VirtualKey, { modelGroup }: Call): CallPair {
  return { hashedToken, modelGroup }
}
