// The section of the report on the list of jobs.

import { ACTIVE_JOBS, JOBS, SCORED_JOBS } from '../data/jobs.mjs'
import { LEAST_SECONDS } from './job-list.mjs'
import { CONNECTIONS } from './load.mjs'
import { kilobytes, ratio, table, whole } from './markdown.mjs'

const LABELS = {
  cached: 'Edgehire, kept answer (`X-Cache: hit`)',
  uncached: 'Edgehire, worked out each time (`Cache-Control: no-cache`)',
  hono: 'Hono',
}

export function jobListSection({ medians, returned, bytes }, { rounds, seconds, warmUpSeconds }) {
  const stretch = (asked) => `${Math.max(asked, LEAST_SECONDS)} s`
  const to = ({ perSecond }) => perSecond / medians.hono.perSecond
  const slower = ['cached', 'uncached'].filter((name) => to(medians[name]) < 1)
  return [
    '## List of jobs',
    `\`GET /api/jobs\`: all ${whole(returned)} jobs that are worked on (${kilobytes(bytes)}), of ${whole(JOBS)}; ` +
      `${SCORED_JOBS} of the ${whole(ACTIVE_JOBS)} have scores, all have a pipeline, whose figures are worked out for the ` +
      `moment of the answer. Median of ${rounds} interleaved rounds of ${stretch(seconds)} after ${stretch(warmUpSeconds)} of warm-up, ` +
      `${CONNECTIONS} connections. Both gave equal answers before. Target: at least the speed of Hono, with a kept answer and ` +
      `without. **${slower.length === 0 ? 'Met.' : `MISSED: ${slower.map((name) => LABELS[name]).join('; ')}.`}**`,
    table(
      ['server', 'a second', 'to Hono', 'median ms', '99th percentile ms'],
      Object.entries(medians).map(([name, figures]) => [
        LABELS[name],
        `${one(figures.perSecond)} (${one(figures.slowest)}-${one(figures.fastest)})`,
        ratio(to(figures)),
        figures.p50,
        figures.p99,
      ]),
    ),
    'A kept answer, too, takes its round trip to D1: the number that says whether it still counts. Hono keeps nothing.',
  ]
}

const one = (number) => number.toFixed(1)
