import type { State } from './api.ts'
import { duration, perMillion } from './format.ts'
import { Mark, ScrollCard } from './parts.tsx'

/** Which deployments serve which model, what they cost, and which are left alone for now. */
export function Models({ state }: { state: State }) {
  const deployments = state.deployments ?? []
  if (deployments.length === 0) {
    return <p class="soft">No models. Write a `model_list` into config.yaml, or add one with `POST /model/new`.</p>
  }
  return (
    <ScrollCard label="Models">
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Deployment</th>
            <th scope="col">Provider</th>
            <th scope="col">State</th>
            <th scope="col" class="num">
              Input, 1 M tokens
            </th>
            <th scope="col" class="num">
              Output, 1 M tokens
            </th>
          </tr>
        </thead>
        <tbody>
          {deployments.map((one, at) => (
            <tr key={one.id}>
              <td class="name">{deployments[at - 1]?.model_group === one.model_group ? '' : one.model_group}</td>
              <td class="name" title={one.id}>
                {one.model}
              </td>
              <td>{one.provider}</td>
              <td>
                {one.cooling_ms > 0 ? (
                  <Mark kind="stop">left alone for {duration(one.cooling_ms)}</Mark>
                ) : one.has_price ? (
                  <Mark kind="ok">in use</Mark>
                ) : (
                  <Mark kind="attention">no price</Mark>
                )}
              </td>
              <td class="num">{perMillion(one.input_cost_per_token)}</td>
              <td class="num">{perMillion(one.output_cost_per_token)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollCard>
  )
}
