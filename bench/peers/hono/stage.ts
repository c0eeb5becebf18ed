// RecruitOS statuses as internal stages: a status moves the stage unless it already reads it.

import { STATUSES } from './schema'

type Status = (typeof STATUSES)[number]

/** The first stage of a row is the one a status moves to; the others are also read as it. */
export const STAGES: Record<Status, [string, ...string[]]> = {
  New: ['applied'],
  Screened: ['screened', 'test_sent', 'test_done'],
  'Phone Interview': ['interview_pending', 'interview_done'],
  'Technical Interview': ['technical_interview'],
  'Final Interview': ['final_interview'],
  'Offer Extended': ['offer'],
  Hired: ['hired'],
  Rejected: ['rejected'],
}
