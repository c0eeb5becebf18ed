// Request shapes, checked by zod; a failure is the contract's 400 with every bad field.

import { zValidator } from '@hono/zod-validator'
import type { ValidationTargets } from 'hono'
import { z } from 'zod'

export const STATUSES = [
  'New', 'Screened', 'Phone Interview', 'Rejected',
  'Technical Interview', 'Final Interview', 'Offer Extended', 'Hired',
] as const
const SOURCES = ['LinkedIn', 'Indeed', 'Referral', 'Website'] as const

const inAnyCase = <const Word extends string>(words: readonly Word[]) => {
  const canonical = new Map(words.map((word) => [word.toLowerCase(), word]))
  return z.preprocess(
    (value) => (typeof value === 'string' ? (canonical.get(value.toLowerCase()) ?? value) : value),
    z.enum(words),
  )
}

const required = (max: number) => z.string().trim().min(1).max(max)
const emptyIsNull = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullable())
const optional = (max: number) => emptyIsNull(z.string().max(max))

const phase = z.union([z.literal(1), z.literal(2)])
const fields = {
  firstName: required(100),
  lastName: required(100),
  email: z.email().max(255),
  phone: optional(20),
  position: required(200),
  phase,
  status: inAnyCase(STATUSES),
  source: inAnyCase(SOURCES),
  skills: optional(20_000),
  experience: emptyIsNull(z.int().min(0).max(100)),
  notes: optional(100_000),
  resumeUrl: optional(500),
  linkedinUrl: optional(500),
}

export const NewCandidate = z.object({
  ...fields,
  phone: fields.phone.default(null),
  phase: phase.default(1),
  status: fields.status.default('New'),
  source: fields.source.default('LinkedIn'),
  skills: fields.skills.default(null),
  experience: fields.experience.default(null),
  notes: fields.notes.default(null),
  resumeUrl: fields.resumeUrl.default(null),
  linkedinUrl: fields.linkedinUrl.default(null),
})
export type NewCandidate = z.infer<typeof NewCandidate>

export const CandidatePatch = z.object(fields).partial()
export type CandidatePatch = z.infer<typeof CandidatePatch>

const emptyIsAbsent = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

export const ListQuery = z.object({
  phase: emptyIsAbsent(z.coerce.number().pipe(phase)),
  status: emptyIsAbsent(inAnyCase(STATUSES)),
  source: emptyIsAbsent(inAnyCase(SOURCES)),
  search: emptyIsAbsent(z.string().trim().toLowerCase()),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  offset: z.coerce.number().int().min(0).default(0),
})
export type ListQuery = z.infer<typeof ListQuery>

export const JobQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
})
export type JobQuery = z.infer<typeof JobQuery>

export const IdParam = z.object({ id: z.coerce.number().int().positive() })

export const validated = <Target extends keyof ValidationTargets, Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) =>
  zValidator(target, schema, (result, c) => {
    if (result.success) return
    const errors = result.error.issues.map((issue) => ({
      field: issue.path.join('.'),
      message: issue.message,
    }))
    return c.json({ detail: 'Validation error', errors }, 400)
  })
