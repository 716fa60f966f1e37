"""Ranks of job titles."""

from verification.rules import Title, title_words


def read_title(title: str, keywords: tuple[Title, ...]) -> tuple[int, int]:
    """Rank and decision maker (1 or 0) of a job title."""
    words = title_words(title)
    found = [keyword for keyword in keywords if _contains(words, keyword.words)]
    own = [
        keyword
        for keyword in found
        if not any(keyword != other and _contains(other.words, keyword.words) for other in found)
    ]
    best = max(own, key=lambda k: (k.seniority_rank, k.is_decision_maker), default=None)
    return (best.seniority_rank, int(best.is_decision_maker)) if best else (1, 0)


def _contains(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether the words of `part` stand in `words`, next to each other."""
    size = len(part)
    return any(words[index : index + size] == part for index in range(len(words) - size + 1))
