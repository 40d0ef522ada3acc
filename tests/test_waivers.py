"""Answers and waivers: what a centre confirmed is not asked again, until it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from flows import path
from registry.errors import UserError
from registry.ledger import Ledger
from registry.ledger.answers import WrongAnswer
from registry.rules import CATALOGUE
from registry.store import Receipt, Store
from tests.deliveries import delivery

HIGH = {"P1": 250_000}  # LAB-07: a query


def first_delivery(folder: Path) -> Receipt:
    return sent(Store(folder / "store"), 1, HIGH)


@pytest.fixture
def store(filled: Callable[..., Path]) -> Store:
    """One that has the first delivery already; sent again, it is known."""
    return Store(filled(first_delivery) / "store")


def sent(store: Store, n: int, ck: dict[str, float]) -> Receipt:
    return path.ingest(delivery(store.root.parent / str(n), ck=ck, version=str(n)), store)


def answers(ledger: Ledger, answer: str, comment: str | None = None) -> pd.DataFrame:
    """What a workbook gives back: the answer to the one query there is."""
    asked = ledger.queries("DE01")[["identity", "value_hash"]]
    version = CATALOGUE["LAB-07"].version
    return asked.assign(answer=answer, comment=comment, rule_version=version)


def standing(ledger: Ledger, receipt: Receipt) -> list[tuple[str, str]]:
    told = ledger.lives("DE01", receipt.submission)
    return list(zip(told["life"], told["status"], strict=True))


def released(store: Store) -> list[str]:
    return path.gather(store).tables["labs"]["lab_id"].str.removeprefix("DE01:").tolist()


def test_a_confirmed_value_is_released_once_the_team_agrees(store: Store) -> None:
    ledger, first = store.ledger, sent(store, 1, HIGH)
    assert "P1-L1" not in " ".join(released(store))

    assert ledger.answer("DE01", answers(ledger, "confirmed", "marathon"), "centre DE01") == 1
    assert standing(ledger, first) == [("new", "answered")]
    assert "P1-L1" not in " ".join(released(store)), "proposed is not approved"
    (waiver,) = ledger.waivers("DE01").to_dict("records")
    assert (waiver["state"], waiver["reason"]) == ("proposed", "marathon")
    ledger.approve(waiver["id"], "team")

    assert standing(ledger, first) == [("new", "waived")]
    assert "P1-L1" in " ".join(released(store))
    (asked,) = ledger.queries("DE01", status="waived").to_dict("records")
    assert (asked["who"], asked["why"]) == ("centre DE01", "confirmed: marathon")
    assert ledger.audit_faults() == []


def waived(store: Store, expires: date | None = None) -> Receipt:
    """A delivery whose one query is waived."""
    first = sent(store, 1, HIGH)
    identity = store.ledger.queries("DE01")["identity"].iloc[0]
    number = store.ledger.waive(
        "DE01", "LAB-07", "marathon", "team", identity=identity, expires=expires
    )
    store.ledger.approve(number, "team")
    return first


def test_a_waiver_holds_for_the_same_value_in_the_next_delivery(store: Store) -> None:
    waived(store)

    assert standing(store.ledger, sent(store, 2, HIGH | {"P2": 1100})) == [("persisting", "waived")]


def test_another_value_reopens_it(store: Store) -> None:
    waived(store)

    assert standing(store.ledger, sent(store, 2, {"P1": 260_000})) == [("changed", "open")]
    assert "P1-L1" not in " ".join(released(store))


def test_another_rule_reopens_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = waived(store)

    monkeypatch.setitem(CATALOGUE, "LAB-07", replace(CATALOGUE["LAB-07"], on=("value",)))

    assert standing(store.ledger, first) == [("new", "open")]
    assert "P1-L1" not in " ".join(released(store))


def test_a_waiver_expires(store: Store) -> None:
    first = waived(store, expires=date(2020, 1, 1))

    assert store.ledger.waivers()["state"].tolist() == ["expired"]
    assert standing(store.ledger, first) == [("new", "open")]


def test_what_was_confirmed_is_asked_again_once_its_waiver_has_expired(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, first = store.ledger, sent(store, 1, HIGH)
    given = answers(ledger, "confirmed", "marathon")
    with monkeypatch.context() as a_year_ago:
        a_year_ago.setattr("registry.ledger.answers.YEARLY", timedelta(days=-1))
        ledger.answer("DE01", given, "centre DE01")
    assert standing(ledger, first) == [("new", "open")]

    assert ledger.answer("DE01", given, "centre DE01") == 1

    assert standing(ledger, first) == [("new", "answered")]
    assert ledger.waivers()["state"].tolist() == ["expired", "proposed"]


def test_a_waiver_makes_another_release(store: Store) -> None:
    sent(store, 1, HIGH)
    before = path.cut_release(store)
    assert not path.cut_release(store).new

    waived(store)

    after = path.cut_release(store)
    assert (before.version, after.version, after.new) == ("2026.1.0", "2026.2.0", True)
    assert after.rows["labs"] == before.rows["labs"] + 1


def test_corrected_is_verified_by_the_next_delivery(store: Store) -> None:
    ledger, first = store.ledger, sent(store, 1, HIGH)

    ledger.answer("DE01", answers(ledger, "corrected"), "centre DE01")

    assert standing(ledger, first) == [("new", "answered")]
    assert standing(ledger, sent(store, 2, {})) == [("resolved", "verified")]


def test_corrected_but_sent_again_is_open(store: Store) -> None:
    ledger, _ = store.ledger, sent(store, 1, HIGH)

    ledger.answer("DE01", answers(ledger, "corrected"), "centre DE01")

    assert standing(ledger, sent(store, 2, HIGH)) == [("persisting", "open")]


def test_the_same_answers_sent_twice_are_taken_once(store: Store) -> None:
    ledger, _ = store.ledger, sent(store, 1, HIGH)

    given = answers(ledger, "confirmed")

    assert [ledger.answer("DE01", given, "DE01") for _ in range(2)] == [1, 0]
    assert len(ledger.waivers()) == 1


def test_an_answer_nobody_understands_takes_nothing_down(store: Store) -> None:
    ledger, _ = store.ledger, sent(store, 1, HIGH)
    good = answers(ledger, "confirmed")

    with pytest.raises(WrongAnswer, match="none of corrected"):
        ledger.answer("DE01", pd.concat([good, good.assign(answer="perhaps")]), "DE01")
    with pytest.raises(WrongAnswer, match="findings that DE01 does not have"):
        ledger.answer("DE01", pd.concat([good, good.assign(identity="FR01's")]), "DE01")

    assert ledger.waivers().empty


def test_what_no_true_patient_could_produce_is_not_waived(store: Store) -> None:
    package = delivery(store.root.parent / "1", born={"P2": 1890})
    path.ingest(package, store)
    identity = store.ledger.queries("DE01")["identity"].iloc[0]

    with pytest.raises(UserError, match="the row has to be corrected"):
        store.ledger.waive("DE01", "COL-04", "says so", "team", identity=identity)


# --- a whole submission ---------------------------------------------------------------------------

MANY = [f"P{n}" for n in range(20)]


def test_lost_patients_are_refused_until_confirmed(database: str, tmp_path: Path) -> None:
    """VOL-01 as the suites themselves ask it."""
    store = Store(tmp_path / "store")
    path.ingest(delivery(tmp_path / "all", MANY), store)
    half = delivery(tmp_path / "half", MANY[:10])

    refused = path.ingest(half, store)
    asked = store.ledger.queries("DE01", status="open")
    number = store.ledger.waive(
        "DE01", "VOL-01", "a ward closed", "team", submission=refused.submission
    )
    proposed = path.ingest(half, store)
    store.ledger.approve(number, "team")
    confirmed = path.ingest(half, store)

    assert [refused.status, proposed.status, confirmed.status] == ["refused", "refused", "accepted"]
    assert "VOL-01" in set(asked["rule_id"])
    assert confirmed.submission == refused.submission
    assert confirmed.previous == refused.previous, "compared with what it was compared with before"
    told = store.ledger.lives("DE01", confirmed.submission).set_index("rule_id")
    assert told.loc["VOL-01", "status"] == "waived"
    assert path.ingest(half, store) == confirmed


def test_an_older_package_sent_again_is_not_current_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(store, 1, {})
    newer = sent(store, 2, {})
    monkeypatch.setattr(path, "fingerprint", lambda: "rules of next year")

    again = sent(store, 1, {})

    assert again.status == "superseded"
    accepted = store.accepted("DE01")
    assert accepted is not None
    assert accepted.submission == newer.submission
