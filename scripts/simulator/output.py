"""A raw folder as Parquet, written as it grows: memory holds one chunk."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulator.settings import Settings
from simulator.simulation import Chunk, chunks
from simulator.tables import SCHEMAS, TRUTH


def write_world(folder: Path, settings: Settings, console: Console) -> int:
    """Simulates and writes chunk by chunk; returns the number of rows of events."""
    raw = _RawFolder(folder)
    written = 0
    columns = (
        TextColumn("Simulating"),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} users"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("users", total=settings.users)
        for chunk in chunks(settings):
            raw.add(chunk)
            written += chunk.tables["events"].num_rows
            progress.advance(task, chunk.truth.num_rows)
    raw.close()
    return written


class _RawFolder:
    """Events go to one file a chunk; every other table, and the truth, to one file."""

    def __init__(self, folder: Path) -> None:
        self._events = folder / "events"
        self._events.mkdir(parents=True)
        (folder / "truth").mkdir()
        self._parts = 0
        self._writers = {
            name: _writer(folder / f"{name}.parquet", schema)
            for name, schema in SCHEMAS.items()
            if name != "events"
        }
        self._truth = _writer(folder / "truth" / "truth.parquet", TRUTH)

    def add(self, chunk: Chunk) -> None:
        self._parts += 1
        with _writer(self._events / f"part-{self._parts:05d}.parquet", SCHEMAS["events"]) as part:
            part.write_table(chunk.tables["events"])
        for name, writer in self._writers.items():
            writer.write_table(chunk.tables[name])
        self._truth.write_table(chunk.truth)

    def close(self) -> None:
        for writer in (*self._writers.values(), self._truth):
            writer.close()


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd")
