"""The contract's pydantic models of a candidate."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class CandidateBase(BaseModel):
    firstName: str
    lastName: str
    email: str
    phone: str | None = None
    position: str
    phase: int = 1
    status: str = "New"
    source: str = "LinkedIn"
    skills: str | None = None
    experience: int | None = None
    notes: str | None = None
    resumeUrl: str | None = None
    linkedinUrl: str | None = None


class CandidateCreate(CandidateBase):
    pass


class CandidateUpdate(BaseModel):
    firstName: str | None = None
    lastName: str | None = None
    email: str | None = None
    phone: str | None = None
    position: str | None = None
    phase: int | None = None
    status: str | None = None
    source: str | None = None
    skills: str | None = None
    experience: int | None = None
    notes: str | None = None
    resumeUrl: str | None = None
    linkedinUrl: str | None = None


class Candidate(CandidateBase):
    model_config = ConfigDict(from_attributes=True)

    id: int
    appliedDate: datetime
    lastUpdated: datetime
