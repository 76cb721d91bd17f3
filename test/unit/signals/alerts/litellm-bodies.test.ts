import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { type Alert, type WebhookEvent, webhookBody } from '../../../../src/signals/alerts/alert.ts'
import { deliveryOf, type KeptAlert } from '../../../../src/signals/alerts/alert-sink.ts'
import { budgetAlertsOf } from '../../../../src/signals/alerts/budget-alerts.ts'
import { type BudgetState, budgetStatesOf, proxyState } from '../../../../src/signals/alerts/budget-states.ts'
import { alertText } from '../../../../src/signals/alerts/channels/chat.ts'
import { outageText } from '../../../../src/signals/alerts/outages.ts'
import type { VirtualKey } from '../../../../src/types.ts'
import { aDeployment, aKey } from '../../../support/facts.ts'

/** What LiteLLM has sent for the same budgets. */
const LITELLM: {
  readonly budgets: readonly { readonly webhook: WebhookEvent; readonly slack: string }[]
  readonly outage: string
} = JSON.parse(readFileSync('test/fixtures/litellm-alerts.json', 'utf8'))

const NOW = new Date('2026-11-16T00:00:00Z')
const SETTINGS = {
  ...{ userBudgetOnTeamKeys: true, keyEmailsAt: new Map(), ownerPercentage: 80 },
  ...{ periodMs: 1, emailPeriodMs: 1 },
}
const user = { id: 'u-one', email: 'one@example.com', models: [], metadata: {}, spend: 0 }
const team = { id: 't-one', alias: 'team one', blocked: false, models: [], metadata: {}, spend: 0 }
const OWNED = aKey({
  ...{ hashedToken: 'h'.repeat(64), alias: 'key one', user, team },
  owners: { userId: 'u-one', teamId: 't-one', teamAlias: 'team one', organizationId: 'o-one', userEmail: user.email },
})
const organization = { id: 'o-one', models: [], metadata: {}, spend: 1, maxBudget: 1 }

/** In the order of the fixture. */
const KEYS: readonly (Partial<VirtualKey> | BudgetState)[] = [
  { spend: 0.86, maxBudget: 1 },
  { user: { ...user, spend: 0.96, maxBudget: 1 } },
  { team: { ...team, spend: 1.5, maxBudget: 1 } },
  { member: { spend: 1, maxBudget: 1 } },
  { organization },
  proxyState(0.96, 1),
  {
    ...{
      hashedToken: 's'.repeat(64),
      spend: 11,
      softBudget: 10,
      owners: { userId: 'u-one' },
      user: undefined,
      team: undefined,
    },
  },
]

test.each(LITELLM.budgets.map((theirs, index) => [theirs.webhook.event_message, theirs, KEYS[index]!] as const))(
  '%s: webhook and text are those of LiteLLM',
  (_, theirs, given) => {
    const states = 'label' in given ? [given] : budgetStatesOf({ ...OWNED, ...given }, SETTINGS, NOW)
    const [alert] = states.flatMap((state) => budgetAlertsOf(state, NOW, SETTINGS)).filter(({ channels }) => !channels)
    expect(Object.entries(webhookBody(alert!.event!))).toEqual(Object.entries(theirs.webhook))
    expect(alertText(kept(alert!), undefined).replace(/Timestamp: `[\d:]+`/, 'Timestamp: `TIME`')).toBe(theirs.slack)
  },
)

test('an outage is told as in LiteLLM', () => {
  const outage = { size: 'Minor', statuses: [500, 500, 408], lastAt: NOW } as const
  const deployment = aDeployment({ litellmModel: 'openai/gpt' })
  const text = outageText(outage, deployment, 'https://x', NOW)
  expect(text.replace('`0s ago`', '`0.0s ago`')).toBe(LITELLM.outage)
})

test('the address of the gateway is below the text', () => {
  const [alert] = budgetAlertsOf(proxyState(1, 1), NOW, SETTINGS)
  expect(alertText(kept(alert!), 'https://gateway.example.com')).toMatch(
    /\n\nProxy URL: `https:\/\/gateway.example.com`$/,
  )
})

function kept(alert: Alert): KeptAlert {
  return deliveryOf(alert, 'id').payload as unknown as KeptAlert
}
