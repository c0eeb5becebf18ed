// A candidate as D1 returns it and as the contract shows it.

export interface CandidateRow {
  id: number
  first_name: string
  last_name: string
  email: string | null
  phone: string | null
  position: string
  phase: number
  status: string
  source: string
  applied_at: string
  updated_at: string
  skills: string | null
  experience: number | null
  notes: string | null
  resume_url: string | null
  linkedin_url: string | null
}

export const COLUMNS =
  'id, first_name, last_name, email, phone, position, phase, status, source, ' +
  'applied_at, updated_at, skills, experience, notes, resume_url, linkedin_url'

export const toCandidate = (row: CandidateRow) => ({
  id: row.id,
  firstName: row.first_name,
  lastName: row.last_name,
  email: row.email,
  phone: row.phone,
  position: row.position,
  phase: row.phase,
  status: row.status,
  source: row.source,
  appliedDate: row.applied_at,
  lastUpdated: row.updated_at,
  skills: row.skills,
  experience: row.experience,
  notes: row.notes,
  resumeUrl: row.resume_url,
  linkedinUrl: row.linkedin_url,
})
