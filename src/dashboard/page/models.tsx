import type { DeploymentHour, DeploymentState, ModelsAnswer, State } from '../answers.ts'
import { useAsked } from './api.ts'
import { away, count, duration, percent, perMillion } from './parts/format.ts'
import { Card, Empty, Mark, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'

const EVERY_MS = 5_000

interface Line {
  readonly deployment: DeploymentState
  readonly hour?: DeploymentHour
}

/** Model groups with their deployments: how they have done in the last hour, what they cost, and which are left alone. */
export function Models({ state }: { state: State }) {
  const { data, error } = useAsked<ModelsAnswer>('./models', EVERY_MS)
  const { deployments, reader } = state
  if (deployments.length === 0) {
    return (
      <Empty>
        {reader.is_admin ? (
          <>
            No models. Write a <code>model_list</code> into config.yaml, or add one with <code>POST /model/new</code>.
          </>
        ) : (
          'This key may call no model. Ask the administrator who made it.'
        )}
      </Empty>
    )
  }
  const groups = Map.groupBy(deployments, ({ model_group }) => model_group)
  return (
    <>
      <Problem error={error} />
      <p class="soft">
        As this process has seen them in the last hour{data && `; it began ${away(data.since)}`}. A cell is a minute,
        the last one is now.
      </p>
      {[...groups].map(([group, members]) => (
        <Card
          key={group}
          title={group}
          aside={
            <span class="chips">
              <GroupState of={members} />
              {!group.includes('*') && (
                <a class="button small" href={`#playground?model=${encodeURIComponent(group)}`}>
                  Try it
                </a>
              )}
            </span>
          }
        >
          <Table
            label={`Deployments of ${group}`}
            columns={
              reader.is_admin ? COLUMNS : COLUMNS.filter(({ head }) => head !== 'Last hour' && head !== 'Failed')
            }
            rows={members.map((deployment) => ({
              deployment,
              hour: data?.hours.find(({ id }) => id === deployment.id),
            }))}
            keyOf={({ deployment }) => deployment.id}
            isEven
          />
        </Card>
      ))}
    </>
  )
}

function factsText({ id, abilities, max_input_tokens: most }: DeploymentState): string {
  const facts = [most !== null && `${count(most)} tokens of context`, ...abilities].filter(Boolean)
  return facts.length === 0 ? id : `${id}: ${facts.join(', ')}`
}

function GroupState({ of }: { of: readonly DeploymentState[] }) {
  const resting = of.filter(({ cooling_ms }) => cooling_ms > 0).length
  if (resting === of.length) return <Mark kind="stop">all deployments rest</Mark>
  if (resting > 0) return <Mark kind="attention">{`${resting} of ${of.length} rest`}</Mark>
  return of.some(({ has_price, model_group }) => !has_price && !model_group.includes('*')) ? (
    <Mark kind="attention">no price</Mark>
  ) : (
    <Mark kind="ok">{of.length === 1 ? 'in use' : `${of.length} in use`}</Mark>
  )
}

const COLUMNS: readonly Column<Line>[] = [
  {
    head: 'Deployment',
    kind: 'name',
    of: ({ deployment }) => deployment.model,
    title: ({ deployment }) => factsText(deployment),
  },
  {
    head: 'State',
    of: ({ deployment: { cooling_ms } }) =>
      cooling_ms > 0 ? <Mark kind="stop">rests {duration(cooling_ms)}</Mark> : <Mark kind="ok">in use</Mark>,
  },
  { head: 'Failed', kind: 'num', of: ({ hour }) => <Failed of={hour} />, title: ({ hour }) => errorsText(hour) },
  { head: 'p50', kind: 'num', of: ({ hour }) => timeText(hour?.p50_ms) },
  { head: 'p95', kind: 'num', of: ({ hour }) => timeText(hour?.p95_ms) },
  { head: 'Last hour', kind: 'broad', of: ({ hour }) => <Strip of={hour} /> },
  { head: 'First byte', kind: 'num', isExtra: true, of: ({ hour }) => timeText(hour?.first_byte_p50_ms) },
  {
    head: 'Tokens/s',
    kind: 'num',
    isExtra: true,
    of: ({ hour }) => (hour?.tokens_per_second ? count(Math.round(hour.tokens_per_second)) : '–'),
  },
  { head: 'In, 1 M', kind: 'num', of: ({ deployment }) => perMillion(deployment.input_cost_per_token) },
  { head: 'Out, 1 M', kind: 'num', of: ({ deployment }) => perMillion(deployment.output_cost_per_token) },
]

const CELL = 4
const CELLS = 60

/** A minute is a cell: empty without calls, a half one where some tries have failed, a hollow one where all have. */
function Strip({ of }: { of: DeploymentHour | undefined }) {
  const minutes = of?.minutes ?? []
  const answered = minutes.reduce((sum, [ok]) => sum + ok, 0)
  const failed = minutes.reduce((sum, [, no]) => sum + no, 0)
  const label = of ? `${count(answered)} answered, ${count(failed)} tries failed` : 'no calls'
  return (
    <svg class="strip" viewBox={`0 0 ${CELL * CELLS} 16`} role="img" aria-label={label}>
      <title>{label}</title>
      {Array.from({ length: CELLS }, (_, at) => {
        const [ok = 0, no = 0] = minutes[at] ?? []
        const kind = ok + no === 0 ? 'none' : no === 0 ? 'ok' : ok === 0 ? 'stop' : 'attention'
        const height = { none: 2, ok: 16, attention: 11, stop: 7 }[kind]
        return <rect key={at} class={kind} x={at * CELL} y={16 - height} width={CELL - 1} height={height} />
      })}
    </svg>
  )
}

function Failed({ of }: { of: DeploymentHour | undefined }) {
  const [answered, failed] = (of?.minutes ?? []).reduce(([a, f], [ok, no]) => [a + ok, f + no] as const, [
    0, 0,
  ] as const)
  if (answered + failed === 0) return <>–</>
  return failed === 0 ? percent(0, 1) : <Mark kind="attention">{percent(failed, answered + failed)}</Mark>
}

function errorsText(hour: DeploymentHour | undefined): string | undefined {
  const errors = Object.entries(hour?.errors ?? {})
  return errors.length === 0 ? undefined : errors.map(([kind, times]) => `${kind}: ${times}`).join(', ')
}

function timeText(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : duration(ms)
}
