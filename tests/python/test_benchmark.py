"""The benchmark measures what it says: time, processor and memory, step by step."""

import time

from benchmark.measurement import Meter, measure

MEGABYTE = 1_000_000


def work(meter: Meter, megabytes: int) -> dict[str, int]:
    with meter.step("fill"):
        bytearray(b"x") * (megabytes * MEGABYTE)
    with meter.step("wait"):
        time.sleep(0.2)
    return {"rows": megabytes}


def test_each_step_has_its_own_time_and_memory() -> None:
    shown: list[str] = []
    outcome = measure(work, 300, show=shown.append)
    fill, wait = outcome.steps
    assert shown == [fill.name, wait.name] == ["fill", "wait"]
    assert fill.peak_bytes > 300 * MEGABYTE
    assert wait.peak_bytes < 200 * MEGABYTE
    assert outcome.peak_bytes == fill.peak_bytes
    assert wait.seconds >= 0.2 > wait.cpu_seconds
    assert outcome.seconds > outcome.seconds_in_steps
    assert outcome.rows == {"rows": 300}
