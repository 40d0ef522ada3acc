"""The invented centres: what each measures, in which unit and on which scale, and whom it sees.

Reference limits: domain dossier §5 (NORIP for the Swedish laboratory, older German limits for the
German one, UK consensus for the third).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from registry.codelists import codelist

DATA_CUT = date(2026, 9, 30)

NO_LIMIT = float("nan")


@dataclass(frozen=True)
class Assay:
    """How a laboratory reports an analyte.

    `canonical` is how many of the registry's units one of this unit is; `step` the resolution;
    `upper` the upper limit of normal of women, men under 50 and men from 50, `lower` the lower.
    """

    unit: str
    step: float
    upper: tuple[float, float, float]
    lower: float
    loinc: str
    canonical: float = 1.0


Laboratory = Mapping[str, Assay]

_COMMON: Laboratory = {
    "aldolase": Assay("U/L", 0.1, (7.6, 7.6, 7.6), 1.0, "1761-6"),
    "troponin_t": Assay("ng/L", 1, (14, 14, 14), NO_LIMIT, "67151-1"),
    "troponin_i": Assay("ng/L", 1, (16, 34, 34), NO_LIMIT, "89579-7"),
    "crp": Assay("mg/L", 0.1, (5, 5, 5), NO_LIMIT, "1988-5"),
    "esr": Assay("mm/h", 1, (20, 15, 20), NO_LIMIT, "4537-7"),
}

CONVENTIONAL: Laboratory = {
    "ck": Assay("U/L", 1, (170, 190, 190), 25, "2157-6"),
    "ast": Assay("U/L", 1, (35, 40, 40), 10, "1920-8"),
    "alt": Assay("U/L", 1, (35, 45, 45), 10, "1742-6"),
    "ldh": Assay("U/L", 1, (247, 248, 248), 135, "2532-0"),
    "creatinine": Assay("mg/dL", 0.01, (0.95, 1.17, 1.17), 0.5, "2160-0", 88.42),
    **_COMMON,
}

KATAL: Laboratory = {
    "ck": Assay("ukat/L", 0.05, (3.5, 6.7, 4.7), 0.6, "2157-6", 60),
    "ast": Assay("ukat/L", 0.05, (0.6, 0.75, 0.75), 0.25, "1920-8", 60),
    "alt": Assay("ukat/L", 0.05, (0.75, 1.15, 1.15), 0.15, "1742-6", 60),
    "ldh": Assay("ukat/L", 0.05, (3.5, 3.5, 4.25), 1.75, "2532-0", 60),
    "creatinine": Assay("umol/L", 1, (90, 105, 105), 45, "14682-9"),
    **_COMMON,
}

UK_CONSENSUS: Laboratory = {
    **CONVENTIONAL,
    "ck": Assay("U/L", 1, (200, 320, 320), 25, "2157-6"),
    "creatinine": Assay("umol/L", 1, (90, 105, 105), 45, "14682-9"),
}


@dataclass(frozen=True)
class Centre:
    """One invented centre: the facts that differ between centres.

    `highest_ck` (U/L) is the highest it sees: 56,000 is the highest published in IMNM; a value
    above 400 µkat/L would be asked about as a slip of units (LAB-09).
    `dual_share` is 0 where a package must be free of queries, as dual positives are asked about.
    """

    code: str
    language: str = "en"
    laboratory: Laboratory = field(default_factory=lambda: UK_CONSENSUS)
    mmt_max: int = 80
    highest_ck: float = 56_000
    code_systems: Mapping[str, float] = field(default_factory=lambda: {"ORPHA": 0.8, "ICD10": 0.2})
    glucocorticoid: str = "prednisolone"
    dual_share: float = 0.005
    computes_tis: bool = False
    data_cut: date = DATA_CUT

    @property
    def lowest_ck(self) -> float:
        """Lowest presenting CK in U/L: 385 is the lowest published, and it must be raised here."""
        ck = self.laboratory["ck"]
        return max(385, 1.1 * ck.canonical * max(ck.upper))


GERMAN = Centre(
    "DE01",
    language="de",
    laboratory=CONVENTIONAL,
    mmt_max=150,
    code_systems={"ORPHA": 0.6, "ICD10": 0.4},
    dual_share=0,
    computes_tis=True,
)

SWEDISH = Centre(
    "SE01",
    language="de",
    laboratory=KATAL,
    mmt_max=80,
    highest_ck=23_400,
    code_systems={"ORPHA": 0.5, "SNOMED": 0.3, "ICD10": 0.2},
    dual_share=0,
)


FRENCH = Centre("FR01", dual_share=0)  # clean until defects are planted in it


def any_centres(count: int) -> list[Centre]:
    """`count` centres of as many countries, then a second one of each; dialects play no part."""
    countries = codelist("countries").codes
    return [
        Centre(
            f"{countries[i % len(countries)]}{i // len(countries) + 1:02d}",
            laboratory=(CONVENTIONAL, UK_CONSENSUS, KATAL)[i % 3],
            highest_ck=23_400 if i % 3 == 2 else 56_000,
            mmt_max=(80, 150)[i % 2],
            glucocorticoid=("prednisolone", "prednisone")[i % 2],
            computes_tis=i % 2 == 0,
            language="de" if countries[i % len(countries)] in {"AT", "CH", "DE", "LI"} else "en",
        )
        for i in range(count)
    ]
