"""What tipped a change of status."""

from verification.verdicts import Verdict


def cause_of(before: Verdict, after: Verdict, uses_pillars: bool) -> str | None:
    """The first cause in the order of the definitions that applies."""
    if before.model_version != after.model_version:
        return f"version:{after.model_version}"
    if "excluded" in (before.status, after.status):
        return f"exclusion:{after.ineligibility_reason or before.ineligibility_reason}"
    if "hot" in (before.status, after.status):
        if after.hot_triggers and not before.hot_triggers:
            return f"trigger:{after.hot_triggers[0]}"
        if before.hot_triggers and not after.hot_triggers:
            return f"trigger:{before.hot_triggers[0]}"
    if uses_pillars:
        held_before, held_after = _held(before), _held(after)
        if (held_before == before.pillars.keys()) != (held_after == after.pillars.keys()):
            is_complete = held_after == after.pillars.keys()
            moved = held_after - held_before if is_complete else held_before - held_after
            return f"pillar:{min(moved)}"
    return _tipping_line(before, after)


def _held(verdict: Verdict) -> set[str]:
    return {name for name, state in verdict.pillars.items() if state is True}


def _tipping_line(before: Verdict, after: Verdict) -> str | None:
    """The rule line that changed most in the direction of the score."""
    direction = 1 if after.score > before.score else -1
    changes = {
        line_id: direction * (_rule_points(after, line_id) - _rule_points(before, line_id))
        for line_id in before.lines.keys() | after.lines.keys()
    }
    moved = [line_id for line_id, change in changes.items() if change > 0]
    if not moved:
        return None
    return f"line:{min(moved, key=lambda line_id: (-changes[line_id], line_id))}"


def _rule_points(verdict: Verdict, line_id: str) -> int:
    line = verdict.lines.get(line_id)
    return line.points if line is not None and line.line_type == "rule" else 0
