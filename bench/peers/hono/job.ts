// A job as D1 returns it and as the contract shows it, with the figures of its pipeline at this moment.

export interface JobRow {
  uuid: string
  source: string
  external_id: string | null
  client_name: string | null
  title: string
  opened_at: string | null
  status: string | null
  fee: number | null
  fee_currency: string | null
  synced_at: string | null
  location: string | null
  is_active: 0 | 1
  rank: string | null
  composite: number | null
  scoring_date: string | null
  pipeline: string | null
  pipeline_at: string | null
}

export const JOB_COLUMNS =
  'uuid, source, external_id, client_name, title, opened_at, status, fee, fee_currency, synced_at, location, ' +
  'is_active, rank, composite, scoring_date, pipeline, pipeline_at'

export const toJob = (row: JobRow, now: number) => ({
  id: row.uuid,
  recruiterflow_job_id: row.source === 'recruiterflow' ? row.external_id : null,
  client_name: row.client_name,
  job_title: row.title,
  date_opened: row.opened_at,
  status: row.status,
  estimated_fee: row.fee,
  fee_currency: row.fee_currency,
  last_synced: row.synced_at,
  location: row.location,
  source: row.source,
  is_active: row.is_active === 1,
  current_rank: row.rank,
  composite_score: row.composite,
  scoring_date: row.scoring_date,
  pipeline_snapshot: row.pipeline === null ? null : snapshot(JSON.parse(row.pipeline), row.pipeline_at, now),
})

/** Visits that ended, and how long they were together; those that have not, and the sum of when they began. */
interface Stage {
  name: string
  count: number
  is_out: boolean
  closed: number
  closed_ms: number
  open: number
  open_ms: number
}

const DAY_MS = 86_400_000

const days = (ms: number) => Math.round((Math.max(ms, 0) / DAY_MS) * 10) / 10

function snapshot({ stages }: { stages: Stage[] }, at: string | null, now: number) {
  let total = 0
  let active = 0
  let open = 0
  let openMs = 0
  let bottleneck: string | null = null
  let longest = -Infinity
  for (const stage of stages) {
    total += stage.count
    if (stage.is_out) continue
    active += stage.count
    open += stage.open
    openMs += stage.open_ms
    const visits = stage.closed + stage.open
    if (stage.count < 2 || visits === 0) continue
    const mean = (stage.closed_ms + stage.open * now - stage.open_ms) / visits
    if (mean > longest) {
      longest = mean
      bottleneck = stage.name
    }
  }
  return {
    total_candidates: total,
    active_candidates: active,
    staleness_days: open > 0 ? days((open * now - openMs) / open) : null,
    bottleneck,
    updated_at: at,
  }
}
