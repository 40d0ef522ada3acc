"""Lines of therapy, drawn: which episode opens a line, and which does not."""

import pytest

from registry.outcomes import episode_lines, therapy_lines
from tests.outcomes.cohorts import Row, day, plain, tables, therapy

# drug, start, stop, reason, intent; every block ends with the lines as "number from day: regimen".
DRAWN = {
    "what joins within 60 days is the first line": """
        prednisone    |   0 |     |            |
        methotrexate  |  14 |     |            |
        ivig          |  60 |     |            |
        1 from 0: ivig+methotrexate+prednisone
    """,
    "an addition after 60 days opens the next line, with what goes on": """
        prednisone    |   0 |     |            |
        methotrexate  |  14 |     |            |
        ivig          |  61 |     |            |
        1 from 0: methotrexate+prednisone
        2 from 61: ivig+methotrexate+prednisone
    """,
    "a drug that failed on the day of the next is not of the next": """
        methotrexate  |   0 | 200 | inefficacy |
        rituximab     | 200 |     |            |
        1 from 0: methotrexate
        2 from 200: rituximab
    """,
    "a switch for tolerability inside a class opens none": """
        prednisone    |   0 |     |            |
        methotrexate  |   0 | 150 | toxicity   |
        azathioprine  | 160 |     |            |
        1 from 0: methotrexate+prednisone
    """,
    "nor does a cross-taper": """
        methotrexate  |   0 | 200 | patient_wish |
        azathioprine  | 150 |     |            |
        1 from 0: methotrexate
    """,
    "a switch for inefficacy inside a class opens the next": """
        methotrexate  |   0 | 150 | inefficacy |
        azathioprine  | 160 |     |            |
        1 from 0: methotrexate
        2 from 160: azathioprine
    """,
    "toxicity that leads to another class opens the next": """
        methotrexate  |   0 | 150 | toxicity   |
        rituximab     | 160 |     |            | maintenance
        1 from 0: methotrexate
        2 from 160: rituximab
    """,
    "a drug of the same class beside a running one is an addition": """
        methotrexate  |   0 |     |            |
        azathioprine  | 160 |     |            |
        1 from 0: methotrexate
        2 from 160: azathioprine+methotrexate
    """,
    "maintenance without a failure opens none": """
        prednisone    |   0 | 300 | planned_end |
        methotrexate  | 200 |     |            | maintenance
        1 from 0: prednisone
    """,
    "doses, pulses and other glucocorticoids are one drug": """
        prednisone         |   0 |  60 |       |
        prednisone         |  61 | 200 |       |
        methylprednisolone | 250 | 252 |       | rescue
        prednisone         | 253 |     |       |
        1 from 0: prednisone
    """,
    "a drug taken up again in its line opens none": """
        methotrexate  |   0 | 100 | remission  |
        prednisone    |   0 |     |            |
        methotrexate  | 400 |     |            |
        1 from 0: methotrexate+prednisone
    """,
    "a drug taken up again in a later line is an addition": """
        methotrexate  |   0 | 100 | inefficacy |
        rituximab     | 120 |     |            |
        methotrexate  | 400 |     |            |
        1 from 0: methotrexate
        2 from 120: rituximab
        3 from 400: methotrexate+rituximab
    """,
    "statin withdrawal before any immunotherapy is line 0": """
        statin_withdrawal | 0 |   |            |
        prednisone    |  90 |     |            |
        0 from 0: statin_withdrawal
        1 from 90: prednisone
    """,
    "statin withdrawal with the first immunotherapy is not alone": """
        statin_withdrawal | 0 |   |            |
        prednisone    |   0 |     |            |
        1 from 0: prednisone
    """,
    "line 0 without a drug is statin withdrawal": """
        .             |   0 |     |            |
        0 from 0: statin_withdrawal
    """,
    "other diseases, antimalarials and folic acid form no line": """
        rituximab     |   0 |     |            | other_disease
        folic_acid    |   5 |     |            |
        hydroxychloroquine | 5 |  |            |
        ivig          | 100 |     |            |
        1 from 100: ivig
    """,
    "subcutaneous for intravenous immunoglobulin is a switch": """
        ivig          |   0 | 180 | patient_wish |
        scig          | 200 |     |            |
        1 from 0: ivig
    """,
}  # fmt: skip


def drawn(block: str) -> tuple[list[Row], list[str]]:
    lines = [line.strip() for line in block.strip().splitlines()]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line]
    episodes = [
        therapy(
            None if drug == "." else drug,
            int(start),
            int(stop) if stop else None,
            stop_reason=reason or None,
            intent=intent or None,
            line=0 if drug == "." else None,
        )
        for drug, start, stop, reason, intent in rows
    ]
    return episodes, [line for line in lines if "|" not in line]


@pytest.mark.parametrize("block", DRAWN.values(), ids=DRAWN.keys())
def test_lines(block: str) -> None:
    episodes, expected = drawn(block)

    for order in (episodes, episodes[::-1]):
        lines = therapy_lines(tables(therapies=order)["therapies"])
        days = (lines["start_date"] - day(0)).dt.days
        found = [
            f"{number} from {start}: {regimen}"
            for number, start, regimen in zip(lines["line"], days, lines["regimen"], strict=True)
        ]
        assert found == expected


def test_a_submitted_line_is_compared_and_never_taken_over() -> None:
    therapies = tables(
        therapies=[
            therapy("prednisone", 0, line=1),
            therapy("methotrexate", 20, line=2),
            therapy("ivig", 200, line=2),
            therapy("rituximab", 400),
            therapy("folic_acid", 0, line=1),
        ]
    )["therapies"]

    lines, episodes = therapy_lines(therapies), episode_lines(therapies)

    assert lines["line"].tolist() == [1, 2, 3]
    assert plain(lines["submitted_line"]) == [1, 2, None]
    assert plain(lines["line_agrees"]) == [False, True, None]
    assert plain(episodes["line"]) == [1, 1, 2, 3, None]
    assert plain(episodes["line_agrees"]) == [True, False, True, None, None]


@pytest.mark.parametrize(
    ("episodes", "stop", "reason"),
    [
        ([therapy("ivig", 0)], None, None),
        ([therapy("ivig", 0, 300, stop_reason="remission")], 300, "remission"),
        ([therapy("ivig", 0, 300, stop_reason="remission"), therapy("prednisone", 0, 340, stop_reason="toxicity")], 340, "toxicity"),
        ([therapy("ivig", 0), therapy("rituximab", 100)], 100, None),
        ([therapy("ivig", 0, 90, stop_reason="inefficacy"), therapy("rituximab", 100)], 90, "inefficacy"),
        ([therapy("ivig", 0, 130, stop_reason="inefficacy"), therapy("rituximab", 100)], 100, "inefficacy"),
        ([therapy("rituximab", 0, frequency="once")], 0, None),
    ],
)  # fmt: skip
def test_a_line_ends_with_the_next_or_with_its_last_drug(
    episodes: list[Row], stop: int | None, reason: str | None
) -> None:
    lines = therapy_lines(tables(therapies=episodes)["therapies"])
    assert plain(lines["stop_date"])[0] == day(stop)
    assert plain(lines["stop_reason"])[0] == reason


def test_no_therapies_no_lines() -> None:
    therapies = tables()["therapies"]
    assert therapy_lines(therapies).empty
    assert episode_lines(therapies).empty
