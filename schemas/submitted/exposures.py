"""Exposures: statins and immune-checkpoint inhibitors, one row per agent and dose."""

import pandas as pd

from registry.codelists import codelist, table
from registry.rules import Category, Severity
from registry.tables import look_up, once, per_code, when
from schemas.engine import Date, Number, Table, Text, YesNo, column

QUERY = Severity.QUERY
CONFORMANCE, PLAUSIBILITY = Category.CONFORMANCE, Category.PLAUSIBILITY


class Exposures(Table):
    """One row per exposure to a drug that can cause a myopathy: statins, checkpoint inhibitors."""

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    exposure_id: Text = column(
        "The centre's own key of the exposure, stable between submissions.",
        "Eigener Schlüssel der Exposition, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    agent: Text = column(
        "Agent by registry code; blank only where atc is given.",
        "Wirkstoff als Registercode; leer nur, wenn atc angegeben ist.",
        codes="exposure_agents",
    )
    atc: Text = column("ATC code of the agent.", "ATC-Code des Wirkstoffs.")
    dose_mg: Number = column(
        "Daily dose of a statin, or dose of one infusion of a checkpoint inhibitor.",
        "Tagesdosis eines Statins oder Dosis einer Infusion eines Checkpoint-Inhibitors.",
        unit="mg",
        at_least=0,
    )
    start_date: Date = column(
        "First day; the first of the month or year where no more is known.",
        "Erster Tag; der Monats- oder Jahreserste, wenn nicht mehr bekannt ist.",
    )
    stop_date: Date = column(
        "Last day; blank while it goes on.", "Letzter Tag; leer, solange die Exposition anhält."
    )
    withdrawn_permanently: YesNo = column(
        "Whether it was stopped for good, never to be given again.",
        "Ob der Wirkstoff dauerhaft abgesetzt wurde und nie wieder gegeben werden soll.",
    )


# --- what it was --------------------------------------------------------------------------------


@once
def agent_of(exposures: pd.DataFrame) -> pd.Series:
    """Registry code of each exposure's agent: `agent`, or where blank, what `atc` stands for."""
    return exposures["agent"].fillna(_agent_by_atc(exposures["atc"]))


def is_kind(exposures: pd.DataFrame, kind: str) -> pd.Series:
    """Whether the agent is a "statin" or a "checkpoint_inhibitor"; False where it is unknown."""
    agents = codelist("exposure_agents").table
    return agent_of(exposures).isin(agents.loc[agents["kind"] == kind, "code"])


def _agent_by_atc(atc: pd.Series) -> pd.Series:
    agents = codelist("exposure_agents").table.dropna(subset="atc")
    return per_code(agents.set_index("atc")["code"], atc)


@Exposures.rule(
    "EX-01",
    QUERY,
    CONFORMANCE,
    on="exposure_id",
    expected="agent | atc",
    source="registry contract 1.0; WHO ATC/DDD 2026-04-25",
    en="Agent and ATC code do not name one drug that the registry knows. Give the agent by its "
    "registry code, or correct the code that is wrong.",
    de="Wirkstoff und ATC-Code nennen nicht einen Wirkstoff, den das Register kennt. Bitte den "
    "Wirkstoff als Registercode angeben oder den falschen Code berichtigen.",
)
def names_one_known_agent(exposures: pd.DataFrame) -> pd.Series:
    """A statin taken for another drug hides the commonest trigger of anti-HMGCR myopathy."""
    atc_of = codelist("exposure_agents").table.dropna(subset="atc").set_index("code")["atc"]
    own_atc, other = exposures.agent.map(atc_of.to_dict()), _agent_by_atc(exposures.atc).notna()
    contradicted = own_atc.notna() & other & (exposures.atc != own_atc)
    return agent_of(exposures).notna() & ~contradicted


# --- how much and when --------------------------------------------------------------------------


@Exposures.rule(
    "TX-24",
    QUERY,
    PLAUSIBILITY,
    on="dose_mg",
    expected="mg/d: simva-, atorva-, prava-, fluva-, lovastatin ≤ 80, rosuva- ≤ 40, pitava- ≤ 4, "
    "cerivastatin ≤ 0.8",
    source="label maximum, from memory",
    en="The daily dose of the statin is above its label's maximum. Correct dose or agent, or "
    "confirm that it was taken so.",
    de="Die Tagesdosis des Statins liegt über der zugelassenen Höchstdosis. Bitte Dosis oder "
    "Wirkstoff berichtigen oder bestätigen, dass es so eingenommen wurde.",
)
def stays_within_the_highest_dose_of_its_statin(exposures: pd.DataFrame) -> pd.Series:
    """Tenfold doses are slipped decimal points, and dose relates to risk."""
    limits = table("dose_limits").query("rule == 'TX-24'").set_index("drug")["query_above"]
    highest = agent_of(exposures).map(limits.to_dict()).astype("float64")
    return when(highest.notna(), exposures.dose_mg <= highest)


@Exposures.rule(
    "EX-02",
    QUERY,
    PLAUSIBILITY,
    on="stop_date start_date",
    expected="start_date ≤ stop_date",
    source="OHDSI DataQualityDashboard, plausibleStartBeforeEnd",
    en="The exposure stops before it starts. Check both dates; one that goes on has no stop date.",
    de="Die Exposition endet vor ihrem Beginn. Bitte beide Daten prüfen; eine anhaltende hat kein "
    "Enddatum.",
)
def stops_no_earlier_than_it_starts(exposures: pd.DataFrame) -> pd.Series:
    """Months of exposure would be negative."""
    return exposures.start_date <= exposures.stop_date


@Exposures.rule(
    "TX-25",
    QUERY,
    PLAUSIBILITY,
    on="start_date",
    expected="start_date ≤ stop_date of withdrawn_permanently",
    source="Tiniakou 2017 (kew470); case report",
    en="A statin starts after a statin was withdrawn for good. Confirm the rechallenge, or "
    "correct the date or the withdrawal.",
    de="Ein Statin beginnt, nachdem ein Statin dauerhaft abgesetzt wurde. Bitte die Reexposition "
    "bestätigen oder Datum oder Absetzen berichtigen.",
)
def does_not_follow_a_permanent_withdrawal(exposures: pd.DataFrame) -> pd.Series:
    """Rechallenge is a key safety event: never to be published by mistake."""
    withdrawn = _withdrawn(exposures)
    return when(is_kind(exposures, "statin") & withdrawn.notna(), exposures.start_date <= withdrawn)


def _withdrawn(exposures: pd.DataFrame) -> pd.Series:
    """Day on which each row's patient first had a statin withdrawn for good."""
    in_order = ~(exposures["start_date"] > exposures["stop_date"])  # else EX-02 speaks
    for_good = is_kind(exposures, "statin") & exposures["withdrawn_permanently"].fillna(False)
    ends = exposures[for_good.astype(bool) & in_order]
    first = ends.groupby("patient_id")["stop_date"].min()
    return first.reindex(exposures["patient_id"]).set_axis(exposures.index)


@Exposures.rule(
    "TX-26",
    QUERY,
    PLAUSIBILITY,
    on="start_date",
    expected="min(start_date) ≤ onset_date",
    source="Myositis.org; Chinese anti-HMGCR cohort n=111",
    en="The patient's first statin starts after the onset of IMNM. Correct the date; a statin "
    "that was first taken after the onset did not come before the disease and is not sent here.",
    de="Das erste Statin der Person beginnt nach dem Symptombeginn der IMNM. Bitte das Datum "
    "berichtigen; ein erst danach eingenommenes Statin ging der Krankheit nicht voraus und wird "
    "hier nicht gesendet.",
)
def begins_before_the_onset_if_the_first_statin(
    exposures: pd.DataFrame, patients: pd.DataFrame
) -> pd.Series:
    """Statin-associated means exposed before the onset, by months or by ten years."""
    statins = exposures[is_kind(exposures, "statin")]
    first = statins.groupby("patient_id")["start_date"].transform("min").reindex(exposures.index)
    onset = look_up(exposures.patient_id, patients, "onset_date")
    return when(exposures.start_date.eq(first) & onset.notna(), exposures.start_date <= onset)
