import type { Json } from '../../types.ts'
import type { TranslationContext } from '../translation.ts'
import { defined, type Members } from './members.ts'

/** Models since Claude 4.1 refuse `top_p` beside `temperature`. */
const TAKES_BOTH = /claude-(2|3|instant)|claude-(opus|sonnet)-4(@|-0$|-20|$)/

/** What the model takes of them. Beside thinking, Anthropic takes a temperature of 1 and a `top_p` of 0.95 or more. */
export function samplingOf(members: Members, thinks: boolean, { facts, model, losses }: TranslationContext): Json {
  const temperature = members.take('temperature')
  const top_p = members.take('top_p')
  const top_k = members.take('top_k')
  const isFree = facts.supportsSamplingParams !== false
  const taken = {
    // OpenAI's goes up to 2.
    temperature: (isFree && !thinks && Number(temperature) <= 1) || temperature === 1,
    top_p: isFree && (!thinks || Number(top_p) >= 0.95) && (temperature === undefined || TAKES_BOTH.test(model)),
    top_k: isFree && !thinks,
  }
  const given = defined({ temperature, top_p, top_k })
  for (const name of Object.keys(given)) if (!taken[name as keyof typeof taken]) losses.add(name)
  return Object.fromEntries(Object.entries(given).filter(([name]) => taken[name as keyof typeof taken]))
}
