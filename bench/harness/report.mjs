// The report: what was measured, how, on what, and what is not fair in it.

import { JOBS } from '../data/jobs.mjs'
import { jobListSection } from './job-list-report.mjs'
import { CONNECTIONS } from './load.mjs'
import { kilobytes, percent, ratio, table, whole } from './markdown.mjs'
import { syncSection } from './sync-report.mjs'
import { webhooksSection } from './webhooks-report.mjs'

export function report({ options, machine, throughput, costs, jobList, sync, webhooks, sizes, startUp }) {
  return [
    '# Benchmark results',
    'Written by `npm run bench`; see [README.md](README.md) for how to repeat it.',
    ...(throughput ? throughputSection(throughput, options) : []),
    ...(costs ? costSection(costs) : []),
    ...(jobList ? jobListSection(jobList, options) : []),
    ...(sync ? syncSection(sync, options) : []),
    ...(webhooks ? webhooksSection(webhooks, options) : []),
    ...(sizes ? sizeSection(sizes) : []),
    ...(startUp ? startUpSection(startUp, options) : []),
    ...comparedSection(),
    '## Machine',
    table(['what', 'value'], machine, [0, 1]),
  ]
    .join('\n\n')
    .concat('\n')
}

function throughputSection(tables, { rounds, seconds, warmUpSeconds }) {
  const shares = tables.flatMap(({ rows }) =>
    rows.flatMap(({ medians }) => Object.values(medians).map(({ clientCore }) => clientCore)),
  )
  return [
    '## Throughput',
    `Requests a second, median of ${rounds} interleaved rounds of ${seconds} s after ${warmUpSeconds} s of warm-up, ` +
      `${CONNECTIONS} connections; in brackets the slowest and fastest round. Every status was checked, and ` +
      'before measuring, the three servers gave equal answers to the first requests of every scenario. The load ' +
      `client asks for no compression and shares the cores; it took ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} of one.`,
    ...tables.flatMap(({ size, rows, ceiling }) => [
      `### ${whole(size)} candidates`,
      table(
        ['request', 'Edgehire', 'Hono', 'FastAPI', 'to Hono', 'to FastAPI'],
        rows.map(({ label, medians: { ours, hono, fastapi } }) => [
          label,
          ...[ours, hono, fastapi].map(speed),
          ratio(ours.perSecond / hono.perSecond),
          ratio(ours.perSecond / fastapi.perSecond),
        ]),
      ),
      'What D1 on this machine allows a Worker that does nothing else (no key, no checks, no names, no log): ' +
        `${ceiling.map(({ label, perSecond }) => `${label}, ${whole(perSecond)} a second`).join('; ')}.`,
      'Latency in ms, median and 99th percentile:',
      table(
        ['request', 'Edgehire', 'Hono', 'FastAPI'],
        rows.map(({ label, medians }) => [
          label,
          ...['ours', 'hono', 'fastapi'].map((name) => `${medians[name].p50}, ${medians[name].p99}`),
        ]),
      ),
    ]),
  ]
}

const speed = ({ perSecond, slowest, fastest }) => `${whole(perSecond)} (${whole(slowest)}-${whole(fastest)})`

function costSection({ size, groups }) {
  const judged = groups.flatMap(({ rows }) => rows).filter(({ verdict }) => verdict !== 'not budgeted')
  const within = judged.filter(({ verdict }) => verdict === 'yes').length
  return [
    '## Cost in D1',
    `What a request costs with ${whole(size)} candidates and ${whole(JOBS)} jobs, as D1 counts it. Budgets: a read 1 trip, ` +
      'a create of a candidate 1, any other write 2 (4 where signing in makes the administrator); a list reads at most three times its page, unless it is said otherwise. ' +
      `**${within} of ${judged.length} requests are within budget.** D1 does not count what its full-text index reads ` +
      'inside itself; the time, of the fastest of three requests without load, holds that too.',
    ...groups.flatMap(({ title, rows }) => [`### ${title}`, costTable(rows)]),
  ]
}

function costTable(rows) {
  const noted = rows.some(({ note }) => note)
  const header = ['request', ...(noted ? ['needle'] : []), 'trips', 'rows read', 'page', 'returned', 'ms', 'within budget']
  const cells = rows.map(({ label, note, trips, rowsRead, page, returned, ms, verdict }) => [
    label,
    ...(noted ? [note] : []),
    trips,
    whole(rowsRead),
    page ?? '',
    returned,
    ms.toFixed(1),
    verdict,
  ])
  return table(header, cells, noted ? [0, 1, 7] : [0, 6])
}

function sizeSection(sizes) {
  return [
    '## Size',
    table(
      ['module', 'raw', 'gzipped', 'budget', 'within budget'],
      sizes.map(({ label, raw, gzipped, budget }) => [
        label,
        kilobytes(raw),
        kilobytes(gzipped),
        budget ? kilobytes(budget) : '',
        budget ? (gzipped <= budget ? 'yes' : 'NO') : '',
      ]),
    ),
  ]
}

function startUpSection({ idle, others }, { starts }) {
  return [
    '## Start-up',
    `From nothing to the first answer of \`GET /\` on a fresh Miniflare, median of ${starts} starts. Most of it is ` +
      `Miniflare and workerd themselves: a Worker that does nothing takes ${whole(idle.ms)} ms. What is above that is ` +
      'the cost of loading the modules and of the first request.',
    table(['Worker', 'ms', 'above nothing'], others.map(({ label, ms, above }) => [label, whole(ms), `${whole(above)} ms`])),
  ]
}

function comparedSection() {
  return [
    '## What is compared',
    [
      '- **Edgehire**: the release build, on Miniflare without the proxy of `wrangler dev`.',
      '- **Hono**: a TypeScript Worker in `peers/hono`, on the same runtime, D1 schema, triggers and SQL, zod for ' +
        'validation, one access-log line a request, security headers, request ids. Rows are mapped in JavaScript.',
      '- **FastAPI**: `peers/fastapi`, the example of the API contract made to run: pydantic, SQLAlchemy, a SQLite file with a ' +
        'write-ahead log, `async def` handlers as the example has them (`def` on the thread pool was seen to be slower), one uvicorn worker with uvloop, its access log on.',
    ].join('\n'),
    '## What is not fair',
    [
      '- FastAPI does less: no event log, no search index, no counters, no e-mail or word checks, no request ids. Its ' +
        'creates and updates write one table where the Workers write four.',
      '- FastAPI searches by scanning, which is fast while the needle is common and slow when it is rare or the table ' +
        'large; its search folds the case of Latin letters only. The needles here are written as the names are.',
      '- FastAPI has its database in its process; D1, also locally, is a Durable Object behind a message. In production ' +
        'D1 is over a network, and its latency will outweigh most of what is measured here.',
      '- Local D1 was seen to sync the disk at every commit, so FastAPI does the same (`synchronous = FULL`): on a disk, creates ' +
        'and updates measure the disk too.',
      '- All servers and the load client share the cores of one machine; only one server is under load at a time.',
      '- Miniflare is not production: ratios carry over better than absolute numbers.',
    ].join('\n'),
  ]
}
