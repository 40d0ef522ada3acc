"""The population: does a centre's whole look like one that has been seen elsewhere?

Bounds of the POP rules that have published ones stand in `codelists/centre_expectations.csv`.
"""

import pandas as pd

from expectations.suite import Expectations, Given, between, statistics_suite
from registry.codelists import table
from registry.profile import each, profile, slip_factors
from registry.rules import Category, Severity

NOTE, QUERY, PLAUSIBILITY = Severity.NOTE, Severity.QUERY, Category.PLAUSIBILITY

# Medians of all results of a centre, in canonical units: own estimates of the order of magnitude,
# enough to tell a mix-up of units (tenfold or more) from another mix of patients.
TYPICAL_MEDIAN = {
    "ck": 900.0,
    "aldolase": 12.0,
    "ldh": 400.0,
    "ast": 50.0,
    "alt": 50.0,
    "troponin_t": 20.0,
    "troponin_i": 8.0,
    "crp": 4.0,
    "creatinine": 65.0,
}
SLIP_TOLERANCE = 1.1  # a ratio within 10 % of a factor is that factor
ENOUGH = 20  # patients, or results
ENOUGH_DIGITS = 50  # numbers, before their last digits say anything


def statistics(given: Given) -> pd.DataFrame:
    """One row per statistic of this delivery."""
    return profile(given.tables)


population = statistics_suite("population", statistics)


def _published(rule: str) -> Expectations:
    """The rule's bounds of `centre_expectations.csv`, one expectation each."""
    bounds = table("centre_expectations")
    columns = ["quantity", "group", "at_least", "at_most", "counted_at_least"]
    return [
        between(
            quantity if group == "all" else f"{quantity}.{group}",
            None if pd.isna(at_least) else at_least,
            None if pd.isna(at_most) else at_most,
            fewest=fewest,
        )
        for _, quantity, group, at_least, at_most, fewest in each(
            bounds.loc[bounds["rule"] == rule, columns]
        )
    ]


@population.rule(
    "POP-01",
    NOTE,
    PLAUSIBILITY,
    about="patients",
    on="subtype",
    source="Shelly 2022, Mayo n=152; Kassardjian 2015 (doi:10.1001/jamaneurol.2015.1207); Lim "
    "2018; Ma 2021 (doi:10.3389/fneur.2021.670784)",
    en="The share of a subtype is far from that of any published cohort. Check how the subtype is "
    "coded; if your referrals are special, tell the registry.",
    de="Der Anteil eines Subtyps weicht stark von allen veröffentlichten Kohorten ab. Bitte die "
    "Kodierung prüfen; werden Ihnen besondere Fälle zugewiesen, sagen Sie es dem Register.",
)
def have_subtypes_in_shares_seen_elsewhere() -> Expectations:
    """A code mapped to the wrong subtype shows in no row, only in the whole."""
    return _published("POP-01")


@population.rule(
    "POP-02",
    NOTE,
    PLAUSIBILITY,
    about="patients",
    on="sex",
    source="Shelly 2020 (PMC7713997 T1); Chinese anti-HMGCR cohort n=111; Ellis 2012",
    en="The share of women is far from that of any published cohort. Check how sex is coded, 1 "
    "and 2 may be swapped.",
    de="Der Anteil der Frauen weicht stark von allen veröffentlichten Kohorten ab. Bitte die "
    "Kodierung des Geschlechts prüfen; 1 und 2 könnten vertauscht sein.",
)
def have_women_in_a_share_seen_elsewhere() -> Expectations:
    """Swapped codes are right in every row and wrong in all."""
    return _published("POP-02")


@population.rule(
    "POP-03",
    NOTE,
    PLAUSIBILITY,
    about="labs",
    on="value",
    source="Kassardjian 2015; Ashton 2016; Shelly 2020 (PMC7713997 T1); Chow 2024 "
    "(doi:10.1016/j.semarthrit.2024.152522)",
    en="The median of the patients' first CK is far from that of any published cohort. Check "
    "whether results from before treatment are missing, and which unit they are in.",
    de="Der Median der ersten CK-Werte weicht stark von allen veröffentlichten Kohorten ab. Bitte "
    "prüfen, ob Werte von vor der Behandlung fehlen und welche Einheit sie haben.",
)
def present_with_a_ck_seen_elsewhere() -> Expectations:
    """Where the first values lie too low, the untreated ones were mostly left behind elsewhere."""
    return _published("POP-03")


@population.rule(
    "POP-04",
    NOTE,
    PLAUSIBILITY,
    about="exposures",
    on="agent",
    tables="exposures patients",
    source="Chinese anti-HMGCR cohort n=111; Szczesny 2022 (PMC9114810)",
    en="The share of anti-HMGCR patients with a statin is far from that of any published cohort. "
    "Check whether exposures were asked of everyone, and not only of those who had one.",
    de="Der Anteil der Anti-HMGCR-Patienten mit Statin weicht stark von allen veröffentlichten "
    "Kohorten ab. Bitte prüfen, ob alle nach Expositionen gefragt wurden und nicht nur die "
    "Exponierten.",
)
def have_statins_before_anti_hmgcr_in_a_share_seen_elsewhere() -> Expectations:
    """Statin-naive anti-HMGCR is valid in a patient; in all of a centre's it is a missing table."""
    return _published("POP-04")


@population.rule(
    "POP-05",
    NOTE,
    PLAUSIBILITY,
    about="visits",
    on="physician_global_vas",
    source="own proposal",
    en="Ratings are mostly whole centimetres, or many visits repeat another patient's core set. "
    "Measure the line to the millimetre; check whether records were copied, and if the scale is a "
    "number from 0 to 10, tell the registry.",
    de="Die Bewertungen sind meist ganze Zentimeter, oder viele Visiten wiederholen das Core Set "
    "einer anderen Person. Bitte die Linie auf den Millimeter messen und prüfen, ob Einträge "
    "kopiert wurden; ist die Skala eine Zahl von 0 bis 10, sagen Sie es dem Register.",
)
def have_core_sets_that_were_measured_one_by_one() -> Expectations:
    """Whole numbers blur the bands of the response score; two patients never agree in all of it."""
    return [
        between("whole_number_share", None, 0.5, fewest=ENOUGH_DIGITS),
        between("copied_share", None, 0.05, fewest=ENOUGH_DIGITS),
    ]


@population.rule(
    "POP-06",
    NOTE,
    PLAUSIBILITY,
    about="patients",
    on="vital_status",
    source="Chow 2024 (doi:10.1016/j.semarthrit.2024.152522)",
    en="More than one patient in ten died within a year, or none in over 200 patient-years. Check "
    "the vital status and the dates of death; ask the register of residents if you can.",
    de="Innerhalb eines Jahres starb mehr als eine von zehn Personen, oder in über 200 "
    "Personenjahren niemand. Bitte Vitalstatus und Todestage prüfen; wo möglich beim "
    "Melderegister nachfragen.",
)
def die_at_a_rate_seen_elsewhere() -> Expectations:
    """Five-year survival is about 93 %: nobody dead means that deaths do not reach the centre."""
    return _published("POP-06")


@population.rule(
    "POP-07",
    QUERY,
    PLAUSIBILITY,
    about="labs",
    on="value",
    source="1 µkat/L = 60 U/L by definition; Shelly 2020 (PMC7713997 T1); own proposal",
    en="The results of an analyte lie nearer to what its other unit gives than to what is usual. "
    "Check which unit your laboratory reports and which one the column says.",
    de="Die Ergebnisse eines Laborwerts liegen näher an dem, was seine andere Einheit ergibt, als "
    "am Üblichen. Bitte prüfen, welche Einheit Ihr Labor angibt und welche in der Spalte steht.",
)
def measure_each_analyte_in_the_unit_they_say() -> Expectations:
    """Each result alone may pass as a low or a high one; their median cannot."""
    return [
        between(
            f"analyte_median.{analyte}",
            typical / slip_factors()[analyte] ** 0.5,
            typical * slip_factors()[analyte] ** 0.5,
            fewest=ENOUGH,
        )
        for analyte, typical in TYPICAL_MEDIAN.items()
    ]


def by_slip_factor(statistic: str) -> Expectations:
    """A ratio of medians stays clear of the factor between the analyte's two units."""
    return [
        between(
            f"{statistic}.{analyte}",
            SLIP_TOLERANCE / factor,
            factor / SLIP_TOLERANCE,
            fewest=ENOUGH,
        )
        for analyte, factor in slip_factors().items()
    ]


@population.rule(
    "POP-08",
    QUERY,
    PLAUSIBILITY,
    about="labs",
    on="value collected_date",
    source="1 µkat/L = 60 U/L by definition; own proposal",
    en="In one year the results of an analyte differ from all other years by the factor between "
    "two units. Check whether the laboratory changed its unit in that year and the column did not.",
    de="In einem Jahr unterscheiden sich die Ergebnisse eines Laborwerts von allen anderen Jahren "
    "um den Faktor zwischen zwei Einheiten. Bitte prüfen, ob das Labor in diesem Jahr die Einheit "
    "gewechselt hat und die Spalte nicht.",
)
def keep_the_unit_of_an_analyte_from_year_to_year() -> Expectations:
    """A change of laboratory slips a part of the results, which the median of all does not show."""
    return by_slip_factor("year_to_other_years")


@population.rule(
    "POP-09",
    NOTE,
    PLAUSIBILITY,
    about="labs",
    on="value unit",
    source="own proposal",
    en="Many CK results are whole hundreds. Send the results as the laboratory reported them, not "
    "rounded or remembered ones.",
    de="Viele CK-Werte sind glatte Hunderter. Bitte die Werte so senden, wie das Labor sie "
    "berichtet hat, nicht gerundet oder aus dem Gedächtnis.",
)
def report_ck_as_the_laboratory_did() -> Expectations:
    """One in a hundred is a whole hundred by chance; more were typed from memory."""
    return [between("whole_hundreds_share", None, 0.2, fewest=ENOUGH_DIGITS)]


@population.rule(
    "POP-10",
    NOTE,
    PLAUSIBILITY,
    about="every table",
    tables="patients",
    source="own proposal",
    en="Many dates of a table are the first of a month. Send the day itself; where only the month "
    "is known of a visit or a sample, leave the date blank rather than make one up.",
    de="Viele Datumsangaben einer Tabelle sind der Erste eines Monats. Bitte den Tag selbst "
    "senden; ist bei einer Visite oder Probe nur der Monat bekannt, das Datum leer lassen statt "
    "eines zu erfinden.",
)
def date_visits_and_samples_to_the_day() -> Expectations:
    """Three in a hundred fall on the first by chance; days made up blur every interval."""
    return [between("first_of_month_share", None, 0.15, fewest=ENOUGH_DIGITS)]
