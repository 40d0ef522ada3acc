"""Deliveries of one small centre: P1 … Pn, clean unless told otherwise.

delivery(folder, ck={"P1": 250_000})                  LAB-07, a QUERY, at P1's lab row
delivery(folder, born={"P2": 1890})                   COL-04, a HOLD, at P2's row of patients
delivery(folder, leaving=["P3"])                      P3 has withdrawn consent: delete all data
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from registry.store import Receipt
from tests.packages import package

RECEIPT = Receipt(
    submission="DE01-1",
    centre="DE01",
    status="accepted",
    rule_set="abc",
    received_at="2026-11-01T00:00:00+00:00",
    previous=None,
    data_cut="2026-09-30",
    language="de",
    rows={"labs": 3},
    counts={"refuse": 0, "hold": 0, "query": 0, "note": 1},
)


def days(n: int, day: str = "2020-02-01") -> pa.Array:
    return pa.array([day] * n).cast(pa.date32())


def delivery(
    folder: Path,
    patients: Collection[str] = ("P1", "P2", "P3"),
    *,
    ck: Mapping[str, float] | None = None,
    born: Mapping[str, int] | None = None,
    leaving: Collection[str] = (),
    centre: str = "DE01",
    version: str = "1",
    **more: Any,
) -> Path:
    """Write a package of two antibodies, one visit, one CK and one therapy per patient."""
    who, n = list(patients), len(patients)
    twice = [patient for patient in who for _ in range(2)]
    tables = {
        "patients": {
            "patient_id": who,
            "sex": ["female"] * n,
            "birth_year": [(born or {}).get(p, 1960) for p in who],
            "onset_date": days(n, "2020-01-01"),
            "diagnosis_date": days(n),
            "first_contact_date": days(n),
            "last_contact_date": days(n, "2026-09-01"),
            "subtype": ["seronegative"] * n,
            "diagnosis_code_system": ["ORPHA"] * n,
            "diagnosis_code": ["206569"] * n,
            "vital_status": ["alive"] * n,
            "consent_status": ["withdrawn_delete" if p in leaving else "granted" for p in who],
            "consent_scope": ["research_reuse"] * n,
            "consent_date": days(n),
        },
        "visits": {
            "visit_id": [f"{p}-V1" for p in who],
            "patient_id": who,
            "visit_date": days(n, "2020-02-03"),
        },
        "labs": {
            "lab_id": [f"{p}-L1" for p in who],
            "patient_id": who,
            "visit_id": [f"{p}-V1" for p in who],
            "collected_date": days(n, "2020-02-03"),
            "analyte": ["ck"] * n,
            "value": [float((ck or {}).get(p, 1000)) for p in who],
            "unit": ["U/L"] * n,
            "upper_limit_normal": [200.0] * n,
        },
        "serology": {
            "serology_id": [f"S-{i}" for i in range(2 * n)],
            "patient_id": twice,
            "sample_date": days(2 * n),
            "antibody": ["srp", "hmgcr"] * n,
            "assay": ["elisa"] * 2 * n,
            "interpretation": ["negative"] * 2 * n,
        },
        "therapies": {
            "therapy_id": [f"{p}-T1" for p in who],
            "patient_id": who,
            "drug": ["prednisone"] * n,
            "route": ["po"] * n,
            "dose": [20.0] * n,
            "dose_unit": ["mg"] * n,
            "frequency": ["daily"] * n,
            "start_date": days(n, "2020-02-04"),
        },
    }
    own = {
        name: columns | {"centre_id": [centre] * len(columns["patient_id"])}
        for name, columns in tables.items()
    }
    said = {"version": version, "registry:centre": centre}
    return package(folder, columns=own, manifest=said, **more)
