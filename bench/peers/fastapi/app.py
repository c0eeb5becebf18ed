"""The FastAPI peer: the four candidate operations of RecruitOS as the contract's example has them."""

import hmac
import os
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import database
from database import get_db
from models import Candidate, CandidateCreate, CandidateUpdate

API_KEYS = [key.strip().encode() for key in os.environ["API_KEY"].split(",")]

app = FastAPI(title="RecruitOS API", version="1.0.0")
security = HTTPBearer(auto_error=False)


def verify_token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(security)],
) -> None:
    given = credentials.credentials.encode() if credentials else b""
    if not any(hmac.compare_digest(given, key) for key in API_KEYS):
        raise HTTPException(401, "Invalid or missing authentication token")


Db = Annotated[Session, Depends(get_db)]
authenticated = [Depends(verify_token)]


@app.exception_handler(RequestValidationError)
def validation_error(_request: Request, error: RequestValidationError) -> JSONResponse:
    errors = [{"field": str(e["loc"][-1]), "message": e["msg"]} for e in error.errors()]
    return JSONResponse({"detail": "Validation error", "errors": errors}, 400)


@app.get("/api/candidates", response_model=list[Candidate], dependencies=authenticated)
async def get_candidates(
    db: Db,
    phase: int | None = None,
    search: str | None = None,
    status: str | None = None,
    source: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
):
    row = database.Candidate
    query = db.query(row)
    if phase is not None:
        query = query.filter(row.phase == phase)
    if status:
        query = query.filter(row.status == status)
    if source:
        query = query.filter(row.source == source)
    if search:
        searched = (row.firstName, row.lastName, row.email, row.position)
        query = query.filter(or_(*(c.icontains(search, autoescape=True) for c in searched)))
    return query.order_by(row.id).offset(offset).limit(limit).all()


@app.get("/api/candidates/{candidate_id}", response_model=Candidate, dependencies=authenticated)
async def get_candidate(candidate_id: int, db: Db):
    return found(db.get(database.Candidate, candidate_id))


@app.post(
    "/api/candidates", response_model=Candidate, status_code=201, dependencies=authenticated
)
async def create_candidate(candidate: CandidateCreate, db: Db):
    row = database.Candidate(**candidate.model_dump())
    db.add(row)
    commit(db)
    db.refresh(row)
    return row


@app.put("/api/candidates/{candidate_id}", response_model=Candidate, dependencies=authenticated)
async def update_candidate(candidate_id: int, patch: CandidateUpdate, db: Db):
    row = found(db.get(database.Candidate, candidate_id))
    for field, value in patch.model_dump(exclude_unset=True).items():
        setattr(row, field, value)
    commit(db)
    db.refresh(row)
    return row


def found(row: database.Candidate | None) -> database.Candidate:
    if row is None:
        raise HTTPException(404, "Candidate not found")
    return row


def commit(db: Session) -> None:
    try:
        db.commit()
    except IntegrityError as error:
        raise HTTPException(400, "Email already exists, or a required field is null") from error
