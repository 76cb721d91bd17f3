import type { KeptAlert } from '../alert-sink.ts'

/** Who may be asked, and a picture above the text. */
export interface MailLook {
  readonly supportContact?: string
  readonly logoUrl?: string
}

/** Subject and text of the mail of an alert. */
export function mailOf({ event, message, type }: KeptAlert, { supportContact, logoUrl }: MailLook) {
  const subject = `LiteLLM: ${oneLine(event?.event_message ?? type)}`
  const lines = [event ? sentenceOf(event) : message, ...(supportContact ? [`Questions: ${supportContact}`] : [])]
  const image = logoUrl && /^https?:\/\//.test(logoUrl) ? `<img src="${escaped(logoUrl)}" alt="" height="50">` : ''
  const html = image + lines.map((line) => `<p>${escaped(line).replaceAll('\n', '<br>')}</p>`).join('\n')
  return { subject, html, text: lines.join('\n\n') }
}

/** What has happened to which budget, for the person whose budget it is. */
function sentenceOf(event: NonNullable<KeptAlert['event']>): string {
  const { spend, max_budget: max, soft_budget: soft, event: name } = event
  const what = ownerText(event)
  const spent = `$${spend} spent`
  if (name === 'soft_budget_crossed') return `${what} has reached its soft budget of $${soft}: ${spent}. Calls go on.`
  if (name === 'projected_limit_exceeded') {
    return `${what} is projected to spend $${event.projected_spend} and to exceed its budget of $${max} on ${event.projected_exceeded_date}: ${spent} so far.`
  }
  if (name === 'budget_crossed') {
    return `${what} has used up its budget of $${max}: ${spent}. Its calls are refused until the budget is raised or reset.`
  }
  return `${what} has used most of its budget of $${max}: ${spent}.`
}

const OWNERS: Readonly<Record<string, string>> = {
  key: 'The key',
  user: 'The user',
  team: 'The team',
  team_member: 'The team member',
  organization: 'The organization',
  project: 'The project',
  proxy: 'The gateway',
}

function ownerText(event: NonNullable<KeptAlert['event']>): string {
  const { event_group: group, key_alias, user_id, team_alias, team_id, organization_id } = event
  const team = team_alias ?? team_id
  const names: Readonly<Record<string, unknown>> = {
    key: key_alias,
    user: user_id,
    team,
    team_member: `${user_id} of ${team}`,
    organization: organization_id,
  }
  return [OWNERS[group] ?? group, names[group]].filter(Boolean).join(' ')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
