// The section of the report on webhooks and tasks.

import { SWEEP_BUDGET } from './idle-sweep.mjs'
import { CONNECTIONS } from './load.mjs'
import { ratio, table, whole } from './markdown.mjs'
import { AT_ONCE, LISTENERS, MOST_AT_ONCE } from './webhook-load.mjs'

export function webhooksSection({ load, tasks, sweeps }, options) {
  return ['## Webhooks', ...loadSection(load, options), ...taskSection(tasks), ...sweepSection(sweeps), ...notFairSection()]
}

function loadSection(load, { rounds, creates }) {
  const { ceiling, without, listening, deliveries, seconds, runs, expected, arrived, repeats, failures } = load
  const lost = expected - arrived
  return [
    '### Creates while others listen',
    `${whole(creates)} creates over ${CONNECTIONS} connections, on a fresh database and a warmed Worker, median of ` +
      `${rounds} interleaved rounds without any endpoint and with ${LISTENERS} that listen to everything; in brackets ` +
      'the least and the most. The server that listens answers 200 at once.',
    table(
      ['what', 'value'],
      [
        ['creates a second, no endpoint', spread(without)],
        [`creates a second, ${LISTENERS} endpoints`, spread(listening)],
        ['with endpoints, to without', ratio(listening.median / without.median)],
        ['from the first create to the last delivery, seconds', spread(seconds, fixed)],
        ['deliveries a second, over that time', spread(deliveries)],
        ['delivering tasks run', spread(runs)],
        ['of them with an error, all rounds', whole(failures)],
        ['deliveries that arrived, all rounds', `${whole(arrived)} of ${whole(expected)}`],
        ['lost; repeats', `${whole(lost)}; ${whole(repeats)}`],
      ],
    ),
    `A Worker that only sends, ${MOST_AT_ONCE} at once, with no database, nothing signed and no creates beside it, ` +
      `brings ${whole(ceiling)} requests a second to the same server.`,
  ]
}

function taskSection({ size, latency, rows }) {
  return [
    '### A task in D1',
    `From claim to done, as the Worker logs it, with ${whole(size)} candidates and as many events. The most trips and ` +
      'rows of the runs; the median of their times, which hold the answers of the server that listens, and not the last ' +
      'trip, that records the end. The sweep that relayed the events and sent the signal is not in it; what one of ' +
      'those reads is below.',
    table(
      ['task', 'runs', 'trips', 'rows read', 'rows written', 'read each', 'written each', 'ms'],
      rows.map(({ label, of, runs, trips, rowsRead, rowsWritten, ms }) => [
        label,
        runs,
        trips,
        whole(rowsRead),
        whole(rowsWritten),
        fixed(rowsRead / of),
        fixed(rowsWritten / of),
        whole(ms),
      ]),
    ),
    `A single create on an idle Worker arrives ${whole(latency.median)} ms after it was sent ` +
      `(${whole(latency.least)}-${whole(latency.most)}, median of ${latency.of}); 50 ms of that is the wait of the ` +
      'sweep for others to share it.',
  ]
}

function sweepSection({ finishedTasks, rows }) {
  return [
    '### A sweep',
    `The cron of every minute, with ${whole(finishedTasks)} finished tasks. It may cost ${SWEEP_BUDGET.trips} trip and ` +
      `${SWEEP_BUDGET.rows} rows read when it finds nothing to do; for comparison, what the cron costs when it relays one event to all endpoints.`,
    table(
      ['endpoints', 'trips', 'rows read', 'ms', 'within budget', 'trips, relaying', 'rows read, relaying'],
      rows.map(({ endpoints, idle, relaying }) => [
        endpoints,
        idle.trips,
        whole(idle.rowsRead),
        idle.ms.toFixed(1),
        idle.withinBudget ? 'yes' : 'NO',
        relaying?.trips ?? '',
        relaying ? whole(relaying.rowsRead) : '',
      ]),
      [4],
    ),
  ]
}

function notFairSection() {
  return [
    '### What is not fair here',
    [
      '- The server that listens and the load client share the cores with the Worker: creates with endpoints pay for ' +
        'both ends of every delivery.',
      "- Miniflare's queue is in memory and hands out one message after another, the next as soon as the one before was " +
        'taken. A real queue takes longer for a signal, and may run many tasks at once, in isolates of their own.',
      '- All runs share one isolate, one thread and one D1, which is a Durable Object on the same machine: reads and ' +
        'writes of creates and of tasks wait for each other.',
      `- The server that listens does nothing and is near. One that takes 100 ms gets at most ${AT_ONCE * 10} a second: ` +
        `an endpoint is sent ${AT_ONCE} at once.`,
      '- Trips and rows do not depend on the machine, but they are as the local D1 counts them.',
    ].join('\n'),
  ]
}

const fixed = (number) => number.toFixed(1)

const spread = ({ median, least, most }, format = whole) => `${format(median)} (${format(least)}-${format(most)})`
