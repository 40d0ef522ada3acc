"""Planted defects of serology."""

import pandas as pd

from sample_data.defects import Cohort, plants


@plants("SER-02")
def _(cohort: Cohort) -> None:
    row = cohort.first("serology", cohort.patient(), antibody="jo1")
    cohort.change("serology", row, value=34)


@plants("SER-04")
def _(cohort: Cohort) -> None:
    """Beside an anti-SRP that immunoprecipitation has confirmed."""
    row = cohort.first("serology", cohort.patient(subtype="anti_srp"), antibody="mi2")
    cohort.change("serology", row, value=70, interpretation="strong_positive")


@plants("SER-05")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(subtype="anti_srp")
    cohort.drop("serology", patient, assay="immunoprecipitation")
    row = cohort.first("serology", patient, antibody="srp")
    cohort.change("serology", row, value=17, interpretation="positive")


@plants("SER-06")
def _(cohort: Cohort) -> None:
    row = cohort.first("serology", cohort.patient(subtype="seronegative"), antibody="hmgcr")
    cohort.change("serology", row, assay="line_blot")


@plants("SER-08")
def _(cohort: Cohort) -> None:
    """A negative result some weeks before the positive one, of the same kit."""
    patient = cohort.patient(subtype="anti_hmgcr")
    cohort.drop("serology", patient, antibody="hmgcr", interpretation="negative")
    like = cohort.first("serology", patient, antibody="hmgcr")
    sampled = cohort.tables["serology"].at[like, "sample_date"] - pd.Timedelta(days=60)
    negative = {"value": 8, "value_comparator": "=", "interpretation": "negative"}
    cohort.add("serology", like, sample_date=sampled, **negative)


@plants("SER-09")
def _(cohort: Cohort) -> None:
    """Low antinuclear antibodies a month after the first infusion."""
    patient = cohort.patient_where("therapies", drug="ivig")
    infused = cohort.tables["therapies"].at[
        cohort.first("therapies", patient, drug="ivig"), "start_date"
    ]
    cohort.add(
        "serology",
        cohort.first("serology", patient, antibody="mi2"),
        sample_date=infused + pd.Timedelta(days=20),
        antibody="ana",
        assay="iif",
        kit="HEp-2",
        value=160,
        unit="{titer}",
        cutoff=160,
        interpretation="positive",
    )


@plants("SER-10")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(subtype="anti_hmgcr", vital_status="alive")
    like = cohort.last("serology", patient, antibody="hmgcr")
    sampled = cohort.tables["serology"].at[like, "sample_date"] + pd.Timedelta(days=90)
    cohort.add(
        "serology",
        like,
        sample_date=sampled,
        assay="albia",
        kit="HMGCR-ALBIA",
        value=120,
        value_comparator="=",
        unit="[arb'U]/mL",
        interpretation="positive",
    )


@plants("SER-12")
def _(cohort: Cohort) -> None:
    row = cohort.first("serology", cohort.patient(), antibody="pl7")
    cohort.change("serology", row, interpretation_absent="not_done")


@plants("SER-13")
def _(cohort: Cohort) -> None:
    row = cohort.first("serology", cohort.patient(), antibody="mda5")
    cohort.change("serology", row, unit=None)


@plants("SER-14")
def _(cohort: Cohort) -> None:
    row = cohort.first("serology", cohort.patient(), antibody="pl7")
    cohort.add("serology", row, value=cohort.tables["serology"].at[row, "value"] + 1)
