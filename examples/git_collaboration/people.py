"""People: who signed, and what their address says about them. Only hashes are kept."""

import csv
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

# Bots without `[bot]` in their name; assistants that sign as co-authors are no teammates either.
BOT = re.compile(r"\[bot\]|(?:^|[\s_-])bot$", re.IGNORECASE)
BOT_NAMES = {
    *("dependabot", "dependabot-preview", "renovate", "greenkeeper", "pyup", "depfu"),
    *("github-actions", "github actions", "gitlab ci", "travis ci", "circleci", "jenkins"),
    *("pre-commit-ci", "mergify", "imgbot", "weblate", "hosted weblate", "transifex"),
}
BOT_EMAILS = {"noreply@anthropic.com", "cursoragent@cursor.com", "copilot@github.com"}

# The project's own list says which mail domains belong to no company.
MAIL_DOMAINS = Path(__file__).parents[2] / "seeds" / "rules" / "pql_domains.csv"
DOMAIN_KINDS = {"free_mail": "free", "disposable": "free", "relay": "noreply"}


@dataclass(frozen=True)
class Signature:
    name: str
    email: str

    @property
    def user_id(self) -> str:
        # Some commits carry no address: then the name is all there is.
        return digest(self.email.lower() or self.name.lower(), 16)

    @property
    def is_bot(self) -> bool:
        return (
            self.name.lower() in BOT_NAMES
            or self.email.lower() in BOT_EMAILS
            or any(BOT.search(text) for text in (self.name, self.email))
        )


@dataclass
class People:
    domain_kinds: dict[str, str]
    domains: dict[str, str] = field(default_factory=dict)
    humans: set[str] = field(default_factory=set)

    def add(self, signature: Signature) -> None:
        self.domains[signature.user_id] = signature.email.lower().rpartition("@")[2]
        # A workflow may sign as "github-actions" with a person's address: one plain signature
        # is enough to be a person.
        if not signature.is_bot:
            self.humans.add(signature.user_id)

    def kind_of(self, domain: str) -> str:
        labels = domain.split(".")
        if len(labels) == 1:  # "localhost", or no domain at all
            return "none"
        if "noreply" in labels:
            return "noreply"
        parents = (".".join(labels[start:]) for start in range(len(labels)))
        kinds = (self.domain_kinds[parent] for parent in parents if parent in self.domain_kinds)
        return next(kinds, "company")

    def rows(self) -> list[tuple[str, str, str, int]]:
        """user_id, email_domain_kind, email_domain_hash, is_bot."""
        return [
            (user_id, self.kind_of(domain), digest(domain, 8), int(user_id not in self.humans))
            for user_id, domain in sorted(self.domains.items())
        ]


def digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def read_domain_kinds() -> dict[str, str]:
    with MAIL_DOMAINS.open(newline="", encoding="utf-8") as file:
        rows = [(row["domain"], row["kind"]) for row in csv.DictReader(file)]
    return {domain: DOMAIN_KINDS[kind] for domain, kind in rows if kind in DOMAIN_KINDS}
