"""The peer's database: the contract's SQLAlchemy schema on a SQLite file with a write-ahead log."""

import os
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text, create_engine, event
from sqlalchemy.orm import Session, declarative_base, relationship, sessionmaker

engine = create_engine(
    f"sqlite:///{os.environ['DATABASE_PATH']}",
    connect_args={"check_same_thread": False},
    pool_size=20,
)
SessionLocal = sessionmaker(bind=engine, autoflush=False)
Base = declarative_base()


@event.listens_for(engine, "connect")
def set_pragmas(connection, _record) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # SQLite's default, and what D1 does.
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("PRAGMA foreign_keys = ON")


def get_db() -> Iterator[Session]:
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


class Candidate(Base):
    __tablename__ = "candidates"

    id = Column(Integer, primary_key=True, index=True)
    firstName = Column(String(100), nullable=False)
    lastName = Column(String(100), nullable=False)
    email = Column(String(255), unique=True, nullable=False, index=True)
    phone = Column(String(20), nullable=True)
    position = Column(String(200), nullable=False)
    phase = Column(Integer, default=1, nullable=False)
    status = Column(String(50), default="New", nullable=False)
    source = Column(String(50), default="LinkedIn", nullable=False)
    appliedDate = Column(DateTime, default=datetime.utcnow, nullable=False)
    lastUpdated = Column(
        DateTime, default=datetime.utcnow, onupdate=datetime.utcnow, nullable=False
    )
    skills = Column(Text, nullable=True)
    experience = Column(Integer, nullable=True)
    notes = Column(Text, nullable=True)
    resumeUrl = Column(String(500), nullable=True)
    linkedinUrl = Column(String(500), nullable=True)

    interviews = relationship("Interview", back_populates="candidate")


class Interview(Base):
    __tablename__ = "interviews"

    id = Column(Integer, primary_key=True, index=True)
    candidateId = Column(Integer, ForeignKey("candidates.id"), nullable=False)
    type = Column(String(50), default="Phone", nullable=False)
    scheduledDate = Column(DateTime, nullable=False)
    duration = Column(Integer, default=60, nullable=False)
    interviewer = Column(String(200), nullable=False)
    status = Column(String(50), default="Scheduled", nullable=False)
    notes = Column(Text, nullable=True)
    rating = Column(Integer, nullable=True)

    candidate = relationship("Candidate", back_populates="interviews")
