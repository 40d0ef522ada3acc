"""Doses and schedules of therapies: a line of limits per drug becomes up to three rules.

The limits, and with them `expected` and `source`, stand in dose_limits.csv and dose_schedules.csv,
where a clinician can review them; here stand the words and the reason.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd

from registry.codelists import codelist, table
from registry.doses import (
    drug_class_of,
    drug_of,
    grade,
    mg_given,
    weight_at_start,
)
from registry.rules import Category, Severity
from registry.tables import when
from schemas.submitted.therapies import Therapies

Grading = Callable[[pd.DataFrame, pd.DataFrame], pd.Series]

LETTERS = {Severity.NOTE: "a", Severity.QUERY: "b", Severity.HOLD: "c"}

# What follows the subject that each line gives ("The weekly dose of methotrexate", …).
WORDS = {
    Severity.NOTE: {
        "en": "{} is outside the usual range. Correct dose, unit or frequency if one of them is "
        "wrong; otherwise nothing needs to be done.",
        "de": "{} liegt außerhalb des üblichen Bereichs. Bitte Dosis, Einheit oder Häufigkeit "
        "berichtigen, falls etwas davon nicht stimmt; sonst ist nichts zu tun.",
    },
    Severity.QUERY: {
        "en": "{} is far outside the usual range. Correct dose, unit or frequency, or confirm that "
        "it was given so.",
        "de": "{} liegt weit außerhalb des üblichen Bereichs. Bitte Dosis, Einheit oder Häufigkeit "
        "berichtigen oder bestätigen, dass es so gegeben wurde.",
    },
    Severity.HOLD: {
        "en": "{} cannot be right. Correct dose, unit or frequency.",
        "de": "{} kann so nicht stimmen. Bitte Dosis, Einheit oder Häufigkeit berichtigen.",
    },
}

# How a limit on each quantity is written, free of language.
SIGNS = {
    "daily_mg": "{} mg/d",
    "daily_mg_per_kg": "{} mg/kg/d",
    "daily_g_per_kg": "{} g/kg/d",
    "weekly_mg": "{} mg/wk",
    "weekly_g_per_kg": "{} g/kg/wk",
    "prednisone_mg_per_day": "{} mg/d",
    "prednisone_mg_per_kg_per_day": "{} mg/kg/d",
    "single_mg": "{} mg",
    "single_mg_per_kg": "{} mg/kg",
    "cycle_g": "{} g/28 d",
    "cycle_g_per_kg": "{} g/kg/28 d",
    "cumulative_g": "Σ {} g",
    "weeks_between_courses": "Δ {} wk",
    "days_between_doses": "Δ {} d",
    "sessions": "{} sessions",
}


def graded(
    line: str,
    en: str,
    de: str,
    *,
    on: str = "dose dose_unit frequency",
    hint: tuple[str, str] = ("", ""),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare the rules of one line of limits: NOTE a, QUERY b, HOLD c, those that it has.

    `en` and `de` are the subject of the messages, `hint` a last sentence in both languages. The
    decorated function gives the rules their name and its docstring their reason; what is asked is
    `registry.doses.grade`.
    """

    def declare_all(function: Callable[..., None]) -> Callable[..., None]:
        severities = [severity for severity in LETTERS if _expected(line, severity)]
        for severity in severities:
            letter = LETTERS[severity] if len(severities) > 1 else ""
            Therapies.rule(
                line + letter,
                severity,
                Category.PLAUSIBILITY,
                on=on,
                expected=_expected(line, severity),
                source=_source(line),
                en=f"{WORDS[severity]['en'].format(en)} {hint[0]}".strip(),
                de=f"{WORDS[severity]['de'].format(de)} {hint[1]}".strip(),
            )(_is_not(severity, line, function))
        return function

    return declare_all


def _is_not(severity: Severity, line: str, named: Callable[..., None]) -> Grading:
    """True of every episode that the line grades otherwise: a value breaks one grade only."""

    def holds(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
        grades = grade(therapies, visits, line)
        return when(grades.notna(), grades != severity.value)

    holds.__name__, holds.__doc__ = named.__name__, named.__doc__
    return holds


@cache
def _records(name: str) -> list[dict[str, Any]]:
    """A table as plain Python: as pandas it costs most of a second at every start."""
    rows: list[Any] = table(name).to_dict("records")
    return rows


def _limits(line: str) -> list[dict[str, Any]]:
    return [row for row in _records("dose_limits") if row["rule"] == line]


def _schedules(line: str) -> list[dict[str, Any]]:
    """One row for each kind of schedule that is forbidden."""
    return [
        {**row, "kind": kind}
        for row in _records("dose_schedules")
        if row["rule"] == line
        for kind in row["forbidden_kinds"].split()
    ]


@cache
def _kinds() -> dict[str, str]:
    """Frequency → kind of schedule."""
    frequencies = codelist("frequencies").current
    return dict(zip(frequencies["code"], frequencies["kind"], strict=True))


def _source(line: str) -> str:
    rows = [*_limits(line), *_schedules(line)]
    sources = [source for row in rows for source in row["source"].split("; ")]
    return "; ".join(dict.fromkeys(sources))


@cache
def _expected(line: str, severity: Severity) -> str:
    """The limits of one grade: `2.5 … 25 mg/wk`; by drug or route where they differ."""
    below, above = f"{severity.value}_below", f"{severity.value}_above"
    limits: dict[str, list[dict[str, Any]]] = {}
    for row in _limits(line):
        if not (pd.isna(row[below]) and pd.isna(row[above])):
            sign = SIGNS[row["quantity"]].format(_between(row[below], row[above]))
            limits.setdefault(sign, []).append(row)
    drugs = {row["drug"] for rows in limits.values() for row in rows}
    by = "route" if all({r["drug"] for r in rows} == drugs for rows in limits.values()) else "drug"
    every = {row[by] for rows in limits.values() for row in rows}
    parts = []
    for sign, rows in limits.items():
        named = list(dict.fromkeys(row[by] for row in rows))
        general = set(named) in ({"any"}, every)
        parts.append(sign if general else f"{', '.join(named)}: {sign}")
    return "; ".join([*parts, *_schedule_in_signs(line, severity.value)])


def _between(low: float, high: float) -> str:
    if pd.isna(low):
        return f"≤ {high:g}"
    return f"≥ {low:g}" if pd.isna(high) else f"{low:g} … {high:g}"


def _schedule_in_signs(line: str, name: str) -> list[str]:
    """`frequency ∉ {daily, …}`, or which it may be, whichever is shorter."""
    forbidden = {row["kind"] for row in _schedules(line) if row["severity"] == name}
    if not forbidden:
        return []
    refused = [code for code, kind in _kinds().items() if kind in forbidden]
    allowed = [code for code, kind in _kinds().items() if kind not in forbidden]
    sign, codes = ("∈", allowed) if len(allowed) < len(refused) else ("∉", refused)
    return [f"frequency {sign} {{{', '.join(codes)}}}"]


@graded(
    "TX-02",
    "Methotrexate every day",
    "Methotrexat an jedem Tag",
    on="frequency",
    hint=(
        "For myositis it is given once a week; if the patient does take it daily, act at once.",
        "Bei Myositis wird es einmal pro Woche gegeben; falls es wirklich täglich eingenommen "
        "wird, sofort handeln.",
    ),
)
def is_not_daily_methotrexate() -> None:
    """Daily in place of weekly methotrexate kills: 25 deaths in one four-year series."""


@graded("TX-03", "The weekly dose of methotrexate", "Die Wochendosis Methotrexat")
def stays_within_the_weekly_dose_of_methotrexate() -> None:
    """7.5 to 25 mg once a week is usual; ten times that is a slipped decimal point."""


@graded(
    "TX-05",
    "The daily dose of the oral glucocorticoid, in prednisone equivalents,",
    "Die Tagesdosis des oralen Glukokortikoids, in Prednison-Äquivalenten,",
    hint=(
        "In children up to 2 mg/kg a day are usual.",
        "Bei Kindern sind bis zu 2 mg/kg am Tag üblich.",
    ),
)
def stays_within_the_daily_dose_of_oral_glucocorticoids() -> None:
    """0.5 to 1 mg/kg, usually 40 to 60 mg; the cumulative dose is an outcome of this registry."""


@graded(
    "TX-06",
    "The single dose of intravenous methylprednisolone",
    "Die Einzeldosis des intravenösen Methylprednisolons",
    on="dose dose_unit",
    hint=(
        "A pulse is 250 to 1,000 mg: check g and mg.",
        "Ein Puls hat 250 bis 1000 mg: g und mg prüfen.",
    ),
)
def stays_within_the_single_dose_of_a_methylprednisolone_pulse() -> None:
    """A published abstract prints "1 mg IV methylprednisolone" for a pulse of one gram."""


@graded(
    "TX-12",
    "The dose of rituximab, or the time since the last course,",
    "Die Dosis Rituximab oder der Abstand zum letzten Zyklus",
    on="dose dose_unit",
    hint=(
        "A course is two infusions of 1,000 mg two weeks apart, or 375 mg/m² four times weekly.",
        "Ein Zyklus sind zwei Infusionen zu 1000 mg im Abstand von zwei Wochen oder 375 mg/m² "
        "viermal wöchentlich.",
    ),
)
def stays_within_the_dose_and_interval_of_rituximab() -> None:
    """Two infusions entered as one of 2,000 mg hide when B cells were depleted again."""


@graded(
    "TX-13",
    "The dose of intravenous immunoglobulin per cycle of 28 days, or per day,",
    "Die Dosis intravenöser Immunglobuline je Zyklus von 28 Tagen oder je Tag",
    hint=("Check g and g/kg.", "Bitte g und g/kg prüfen."),
)
def stays_within_the_dose_of_intravenous_immunoglobulin() -> None:
    """2 g/kg over two to five days once a month; the daily share entered per cycle is common."""


@graded(
    "TX-15",
    "The dose of azathioprine, or its frequency,",
    "Die Dosis Azathioprin oder ihre Häufigkeit",
)
def stays_within_the_daily_dose_of_azathioprine() -> None:
    """2 to 3 mg/kg a day, 50 to 200 mg; weekly azathioprine is methotrexate on the wrong line."""


@graded("TX-16", "The daily dose of mycophenolate", "Die Tagesdosis Mycophenolat")
def stays_within_the_daily_dose_of_mycophenolate() -> None:
    """500 to 1,500 mg of mofetil twice a day; 720 mg of the sodium salt are worth 1,000 mg."""


@graded("TX-17", "The daily dose of tacrolimus", "Die Tagesdosis Tacrolimus")
def stays_within_the_daily_dose_of_tacrolimus() -> None:
    """The dose follows the trough level; micrograms entered as milligrams are a thousandfold."""


@graded("TX-18", "The daily dose of ciclosporin", "Die Tagesdosis Ciclosporin")
def stays_within_the_daily_dose_of_ciclosporin() -> None:
    """2.5 to 5 mg/kg a day by label; above that the kidney pays."""


@graded(
    "TX-19",
    "The dose of cyclophosphamide, its interval or its sum over the years,",
    "Die Dosis Cyclophosphamid, ihr Abstand oder ihre Summe über die Jahre",
    on="dose dose_unit",
)
def stays_within_the_dose_of_cyclophosphamide() -> None:
    """Toxic to bladder and marrow by its sum; pulses come two to four weeks apart."""


@graded(
    "TX-20",
    "The number of plasma exchange sessions, or the time between them,",
    "Die Zahl der Plasmaaustausch-Sitzungen oder ihr Abstand",
    on="dose dose_unit",
    hint=("Enter each series as a row of its own.", "Bitte jede Serie als eigene Zeile eintragen."),
)
def stays_within_the_sessions_of_a_plasma_exchange_series() -> None:
    """Five to seven sessions on alternate days are usual: the pools refill in between."""


@graded(
    "TX-21", "The dose or frequency of efgartigimod", "Die Dosis oder Häufigkeit von Efgartigimod"
)
def stays_within_the_regimens_of_efgartigimod() -> None:
    """Trials in myositis gave 10 mg/kg (at most 1,200 mg) iv or 1,000 mg sc, once a week."""


@graded("TX-22", "The dose or frequency of zilucoplan", "Die Dosis oder Häufigkeit von Zilucoplan")
def stays_within_the_regimen_of_zilucoplan() -> None:
    """The IMNM trial gave 0.3 mg/kg under the skin every day; no other regimen has been used."""


@graded("TX-23", "The daily dose of the JAK inhibitor", "Die Tagesdosis des JAK-Inhibitors")
def stays_within_the_daily_dose_of_jak_inhibitors() -> None:
    """5 mg tofacitinib twice a day (or 11 mg), 2 to 4 mg baricitinib, 15 mg upadacitinib."""


@graded(
    "TX-31",
    "The dose of subcutaneous immunoglobulin or hydroxychloroquine",
    "Die Dosis subkutaner Immunglobuline oder von Hydroxychloroquin",
)
def stays_within_the_dose_of_subcutaneous_immunoglobulin_and_hydroxychloroquine() -> None:
    """0.2 to 0.5 g/kg a week; hydroxychloroquine above 400 mg a day harms the retina."""


@Therapies.rule(
    "TX-14",
    Severity.QUERY,
    Category.PLAUSIBILITY,
    on="dose_unit dose start_date",
    expected="weight_kg: start_date ± 183 d",
    source="own proposal",
    en="The immunoglobulin is dosed per kilogram, and no weight is known within six months of its "
    "start. Add the weight to the nearest visit, or give the dose in grams.",
    de="Das Immunglobulin ist pro Kilogramm dosiert, und innerhalb von sechs Monaten um den Beginn "
    "ist kein Gewicht bekannt. Bitte das Gewicht bei der nächstgelegenen Visite nachtragen oder "
    "die Dosis in Gramm angeben.",
)
def has_a_weight_to_its_dose_per_kilogram(
    therapies: pd.DataFrame, visits: pd.DataFrame
) -> pd.Series:
    """Without a weight neither the grams given nor their limit of 240 g can be worked out."""
    immunoglobulin = drug_class_of(drug_of(therapies)).eq("immunoglobulin")
    per_kg = therapies.dose_unit.isin(["mg/kg", "g/kg"])
    return when(immunoglobulin & per_kg, weight_at_start(therapies, visits).notna())


@Therapies.rule(
    "TX-36",
    Severity.NOTE,
    Category.PLAUSIBILITY,
    on="drug dose dose_unit",
    expected="mofetil: n × 250 mg; sodium: n × 180 mg",
    source="Toronto Myositis Centre sheets 2026",
    en="The dose is one of the other mycophenolate. Mofetil comes in 250 and 500 mg, the sodium "
    "salt in 180 and 360 mg: check drug and dose.",
    de="Die Dosis gehört zum anderen Mycophenolat. Mofetil gibt es zu 250 und 500 mg, das "
    "Natriumsalz zu 180 und 360 mg: bitte Wirkstoff und Dosis prüfen.",
)
def does_not_mix_up_mycophenolate_mofetil_and_sodium(
    therapies: pd.DataFrame, visits: pd.DataFrame
) -> pd.Series:
    """720 mg of the sodium salt are worth 1,000 mg of mofetil: one for the other is a third off."""
    mg = mg_given(therapies, visits)
    sodium, mofetil = mg % 180 == 0, mg % 250 == 0
    right = (sodium & ~mofetil).where(therapies.drug == "mycophenolate_sodium", mofetil & ~sodium)
    known = therapies.drug.isin(["mycophenolate_sodium", "mycophenolate_mofetil"])
    return when(known & (sodium != mofetil), right)
