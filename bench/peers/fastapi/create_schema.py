"""Creates the peer's tables, before the benchmark fills them."""

from database import Base, engine

if __name__ == "__main__":
    Base.metadata.create_all(engine)
