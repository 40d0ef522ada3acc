"""A centre's dialect is data: validated, never guessed at."""

from pathlib import Path

import pytest

from registry.harmonise.mapping import CENTRES, MappingError, mapping_of
from schemas.submitted import CONTRACT

LABS, THERAPIES = CONTRACT["labs"], CONTRACT["therapies"]


def mapping_from(toml: str, folder: Path, centre: str = "SE07"):  # type: ignore[no-untyped-def]
    (folder / f"{centre}.toml").write_text(
        f'version = "1"\ncentre = "SE07"\n{toml}', encoding="utf-8"
    )
    return mapping_of(centre, CONTRACT, folder)


@pytest.mark.parametrize("centre", sorted(path.stem for path in CENTRES.glob("*.toml")))
def test_every_mapping_the_registry_keeps_is_valid(centre: str) -> None:
    assert mapping_of(centre, CONTRACT).centre == centre


def test_a_centre_without_a_mapping_writes_the_contracts_terms(tmp_path: Path) -> None:
    mapping = mapping_of("DE01", CONTRACT, tmp_path)

    assert mapping.version == "contract-1.0"
    assert mapping.resource("labs") == "labs"
    assert mapping.own_column("labs", "value") == "value"
    assert mapping.own_codes("labs", LABS.columns["analyte"]) == {}
    assert not mapping.writes_text


def test_what_is_not_listed_keeps_the_contracts_name(tmp_path: Path) -> None:
    mapping = mapping_from(
        'tables.labs = { resource = "prov", columns = { value = "Värde" } }', tmp_path
    )

    assert mapping.resource("labs") == "prov"
    assert mapping.resource("visits") == "visits"
    assert mapping.own_column("labs", "value") == "Värde"
    assert mapping.own_column("labs", "unit") == "unit"


def test_codes_of_a_column_come_before_those_of_its_list(tmp_path: Path) -> None:
    mapping = mapping_from(
        """
        [codes.drugs]
        "MTX" = "methotrexate"
        "AZA" = "azathioprine"
        [codes."therapies.drug"]
        "MTX" = "folic_acid"
        """,
        tmp_path,
    )

    codes = mapping.own_codes("therapies", THERAPIES.columns["drug"])

    assert codes == {"MTX": "folic_acid", "AZA": "azathioprine"}


def test_unit_labels_hold_for_units_of_results_and_of_doses(tmp_path: Path) -> None:
    mapping = mapping_from('units = { "µkat/L" = "ukat/L", "Sitzungen" = "sessions" }', tmp_path)

    assert mapping.own_codes("labs", LABS.columns["unit"])["µkat/L"] == "ukat/L"
    assert mapping.own_codes("therapies", THERAPIES.columns["dose_unit"])["Sitzungen"] == "sessions"
    assert mapping.own_codes("labs", LABS.columns["analyte"]) == {}


def test_yes_and_no_are_mapped_column_by_column(tmp_path: Path) -> None:
    mapping = mapping_from(
        'codes."patients.biosample" = { "ja" = "true", "nej" = "false" }', tmp_path
    )

    codes = mapping.own_codes("patients", CONTRACT["patients"].columns["biosample"])

    assert codes == {"ja": "true", "nej": "false"}


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("codes = ", "SE07.toml is not TOML"),
        ('unit = "µkat/L"', "unit: Extra inputs are not permitted"),
        ('text = { decimal = ";" }', "text.decimal"),
        ('text = { date = "%d.%m.%y" }', "%d.%m.%y does not tell year, month and day"),
        ('text = { date = "%m/%Y" }', "%m/%Y does not tell year, month and day"),
        ('text = { date = "%Q" }', "text.date"),
        ('tables.blood = { resource = "prov" }', "unknown table blood"),
        ('tables.labs.columns = { ck = "CK" }', "unknown column labs.ck"),
        ('tables.labs = { resource = "visits" }', "resource visits is two tables"),
        ('tables.labs.columns = { value = "unit" }', "column unit of labs is two columns"),
        ('codes.analyte = { "CK" = "ck" }', "unknown code list or coded column analyte"),
        (
            'codes."therapies.dose" = { "viel" = "100" }',
            "unknown code list or coded column therapies.dose",
        ),
        ('codes.analytes = { "CK-MB" = "ck_mb" }', "analytes: no code ck_mb"),
        ('codes."patients.biosample" = { "ja" = "yes" }', "patients.biosample: no code yes"),
        ('units = { "µkat/L" = "µkat/L" }', "units: no code µkat/L"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_place_and_the_reason(
    toml: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(MappingError) as refused:
        mapping_from(toml, tmp_path)

    assert complaint in str(refused.value)


def test_a_mapping_of_another_centre_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="centre is SE07"):
        mapping_from("", tmp_path, centre="SE08")
