"""What centres answer and what the registry waives, and where a finding stands for it.

    open      nobody has answered; or the value, the rule or the delivery is another since
    answered  the centre has, and nothing has changed since
    waived    an approved waiver covers it: its row is not held back for it
    verified  the centre said "corrected", and the next delivery no longer has the finding
    closed    it is no longer found, and nobody had said so

A waiver is bound to the value (its hash) and to the rule (its version): of another value nobody has
said that it is right, and another rule asks something else.
"""

from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa

from registry.errors import UserError
from registry.ledger import lives as life
from registry.ledger.tables import ANSWERS, WAIVERS
from registry.rules import CATALOGUE, Severity

CORRECTED, CONFIRMED = "corrected", "confirmed"
ANSWERS_ALLOWED = (CORRECTED, CONFIRMED, "cannot_be_determined", "not_applicable")
OPEN, ANSWERED, WAIVED, VERIFIED, CLOSED = "open", "answered", "waived", "verified", "closed"

ONE = ["rule_id", "rule_version", "identity", "value_hash"]  # what a waiver of a finding is of

YEARLY = timedelta(days=365)  # unless said otherwise, a waiver is looked at again after a year

# A HOLD says that no true patient could produce the row: nobody can confirm it.
WAIVABLE = (Severity.QUERY.value, Severity.NOTE.value)


class WrongAnswer(UserError):
    """An answer that is none of the four, or to a finding the centre does not have."""


def frame_of(db: sa.Connection, table: sa.Table, chosen: sa.ColumnElement[bool]) -> pd.DataFrame:
    """Rows of a table as text columns (ids as integers), blanks as blanks."""
    names = [column.name for column in table.columns]
    found = pd.DataFrame(db.execute(sa.select(table).where(chosen)).all(), columns=names)
    text = {c.name: "str" for c in table.columns if isinstance(c.type, sa.Text)}
    whole = {c.name: "int64" for c in table.columns if isinstance(c.type, sa.Integer)}
    return found.astype(text | whole)


# --- answers ----------------------------------------------------------------------------------


def checked(answers: pd.DataFrame, lives: pd.DataFrame, centre: str) -> pd.DataFrame:
    """The answers with rule, severity and version of their findings. Raises WrongAnswer."""
    wrong = answers.loc[~answers["answer"].isin(ANSWERS_ALLOWED), "answer"]
    if len(wrong):
        allowed = ", ".join(ANSWERS_ALLOWED)
        raise WrongAnswer(f"{len(wrong)} answers are none of {allowed}. Correct them.")
    known = lives.set_index("identity")
    foreign = ~answers["identity"].isin(known.index)
    if foreign.any():
        raise WrongAnswer(
            f"{int(foreign.sum())} answers are to findings that {centre} does not have. "
            "Take the file that was made of the centre's own submission."
        )
    facts = known.loc[answers["identity"], ["rule_id", "severity", "rule_version", "value_hash"]]
    given = answers.reset_index(drop=True).reindex(
        columns=["identity", "answer", "comment", "value_hash", "rule_version"]
    )
    asked = facts.reset_index(drop=True)
    return given.assign(
        rule_id=asked["rule_id"],
        severity=asked["severity"],
        value_hash=given["value_hash"].fillna(asked["value_hash"]),
        rule_version=given["rule_version"].fillna(asked["rule_version"]),
    )


def latest(db: sa.Connection, centre: str) -> pd.DataFrame:
    """The newest answer to each finding of a centre, by identity."""
    given = frame_of(db, ANSWERS, ANSWERS.c.centre == centre).sort_values("seq")
    return given.drop_duplicates("identity", keep="last").set_index("identity")


def record(
    db: sa.Connection, answers: pd.DataFrame, centre: str, actor: str, at: str
) -> pd.DataFrame:
    """Take new answers down, and a proposed waiver for every QUERY confirmed; gives the new ones.

    The same answer to the same value twice is one answer: a file may be sent again. A confirmation
    whose waiver has expired is new when it is given again.
    """
    facts = ["answer", "value_hash", "rule_version", "comment"]
    known = latest(db, centre)[facts].reindex(answers["identity"]).reset_index(drop=True)
    is_new = known.fillna("").ne(answers[facts].reset_index(drop=True).fillna("")).any(axis=1)
    is_new |= _lapsed(answers, answers["answer"], waivers_of(db, centre, at[:10]))
    new = answers[is_new.to_numpy()]
    if len(new):
        _insert(db, ANSWERS, new[["identity", *facts]].assign(centre=centre, actor=actor, at=at))
    confirmed = new[(new["answer"] == CONFIRMED) & (new["severity"] == Severity.QUERY.value)]
    if len(confirmed):
        waivers = confirmed[["identity", "value_hash", "rule_id", "rule_version"]].assign(
            centre=centre,
            reason=confirmed["comment"].fillna(CONFIRMED),
            expires=year_after(at),
            proposed_by=actor,
            proposed_at=at,
        )
        _insert(db, WAIVERS, waivers)
    return new


def year_after(at: str) -> str:
    return (date.fromisoformat(at[:10]) + YEARLY).isoformat()


def _insert(db: sa.Connection, table: sa.Table, rows: pd.DataFrame) -> None:
    blank_as_none = rows.astype(object).where(rows.notna(), None).to_dict("records")
    db.execute(sa.insert(table), [{str(k): v for k, v in row.items()} for row in blank_as_none])


# --- waivers ----------------------------------------------------------------------------------


def waivers_of(db: sa.Connection, centre: str | None, today: str) -> pd.DataFrame:
    """Every waiver with its `state`: proposed, in_force or expired."""
    chosen = sa.true() if centre is None else WAIVERS.c.centre == centre
    waivers = frame_of(db, WAIVERS, chosen).sort_values("id", ignore_index=True)
    state = pd.Series("in_force", index=waivers.index, dtype="str")
    state = state.mask(waivers["approved_at"].isna(), "proposed")
    return waivers.assign(state=state.mask(waivers["expires"] < today, "expired"))


def waived(rows: pd.DataFrame, waivers: pd.DataFrame, submission: str) -> pd.Series:
    """Which findings a waiver in force covers: one of this finding, or of its rule here.

    `rows` has identity, rule_id, value_hash and rule_version. Of findings, not of lives, the
    version is that of the rule as it is declared today.
    """
    force = waivers[waivers["state"] == "in_force"]
    of_finding = force.loc[force["identity"].notna(), ONE]
    here = (force["submission"] == submission) & force["identity"].isna()
    return _among(rows, of_finding) | _among(rows, force.loc[here, ONE[:2]])


def _lapsed(rows: pd.DataFrame, answer: pd.Series, waivers: pd.DataFrame) -> pd.Series:
    """Which queries were confirmed and have only waivers that expired: they are to be asked again.

    `rows` as in `waived`, with severity.
    """
    is_confirmed = answer.eq(CONFIRMED) & rows["severity"].eq(Severity.QUERY.value)
    return is_confirmed & ~_among(rows, waivers.loc[waivers["state"] != "expired", ONE])


def _among(rows: pd.DataFrame, covered: pd.DataFrame) -> pd.Series:
    names = list(covered.columns)
    keys = pd.MultiIndex.from_frame(rows[names].fillna("").astype("str"))
    known = pd.MultiIndex.from_frame(covered.fillna("").astype("str"))
    return pd.Series(keys.isin(known), index=rows.index, dtype=bool)


def versions_today(rows: pd.DataFrame) -> pd.Series:
    """The version of each finding's rule as declared today; where it is not, as it was checked."""
    named = [name for name in rows["rule_id"].unique() if name in CATALOGUE]
    today = {name: CATALOGUE[name].version for name in named}
    version: pd.Series = rows["rule_id"].map(today).astype("str")
    if "rule_version" in rows:
        version = version.fillna(rows["rule_version"])
    return version


# --- where a finding stands ---------------------------------------------------------------------


def standing(
    lives: pd.DataFrame, given: pd.DataFrame, waivers: pd.DataFrame, submission: str, received: str
) -> pd.DataFrame:
    """status, who, when and why of every life told by a submission `received` then (UTC).

    `answer` and `comment` are the centre's where they still stand: of this value and this rule.
    """
    answer = given.reindex(lives["identity"]).set_index(lives.index)
    of_today = lives.assign(rule_version=versions_today(lives))
    is_there = lives["life"].isin(life.FOUND)
    is_waived = waived(of_today, waivers, submission) & is_there
    same = answer["value_hash"].eq(lives["value_hash"])
    same &= answer["rule_version"].eq(of_today["rule_version"])
    same &= ~_lapsed(of_today, answer["answer"], waivers)
    # "Corrected" is about the next delivery: once that has come, its word counts.
    same &= answer["answer"].ne(CORRECTED) | answer["at"].ge(received)
    status = pd.Series(OPEN, index=lives.index, dtype="str").mask(same & is_there, ANSWERED)
    status = status.mask(is_waived, WAIVED)
    said_so = answer["answer"].eq(CORRECTED) & lives["life"].eq("resolved")
    status = status.mask(~is_there, CLOSED).mask(said_so, VERIFIED)
    told = answer["answer"].notna() & status.isin([ANSWERED, VERIFIED, WAIVED])
    why = answer["answer"].str.cat(answer["comment"].fillna(""), sep=": ").str.rstrip(": ")
    facts = {"who": answer["actor"], "when": answer["at"], "why": why}
    shown = pd.DataFrame({name: fact.where(told) for name, fact in facts.items()})
    stands = {name: answer[name].where(same & is_there) for name in ("answer", "comment")}
    return shown.assign(status=status, **stands)
