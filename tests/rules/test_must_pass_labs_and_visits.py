"""True patients whom tidy rules would doubt: none of them is held back."""

import pandas as pd
import pytest

from registry.rules import Home, rules_of
from schemas.rows import check_rule
from schemas.standing import Asked
from schemas.submitted import CONTRACT
from tests.drawing import draw

TRUE_PATIENTS = {
    "CK above 500 U/L at full strength and no activity (Tiniakou 2017)": """
        visits
        patient_id | visit_date | physician_global_vas | mmt_score | mmt_max | haq_di | proximal_weakness | ambulation
        P1         | 2024-01-15 | 0                    | 80        | 80      | 0      | absent            | independent

        labs
        patient_id | visit_id | collected_date | analyte | value | unit | upper_limit_normal
        P1         | .        | 2024-01-15     | ck      | 4000  | U/L  | 200
    """,
    "CK of 385 U/L before treatment, the lowest published": """
        visits
        patient_id | visit_date | physician_global_vas | mmt_score | mmt_max
        P1         | 2024-01-15 | 6                    | 40        | 80

        labs
        patient_id | collected_date | analyte | value | unit | upper_limit_normal
        P1         | 2024-01-15     | ck      | 385   | U/L  | 200
    """,
    "CK of 56,000 U/L, the highest published": """
        visits
        patient_id | visit_date | physician_global_vas | mmt_score | mmt_max
        P1         | 2024-01-15 | 6                    | 10        | 80

        labs
        patient_id | collected_date | analyte | value | unit | upper_limit_normal
        P1         | 2024-01-15     | ck      | 56000 | U/L  | 200
    """,
    "an adolescent, with the limit of adolescents (PMC3973528)": """
        visits
        patient_id | visit_date | physician_global_vas | mmt_score | mmt_max | weight_kg | height_cm
        P1         | 2024-01-15 | 6                    | 20        | 80      | 38        | 148

        labs
        patient_id | collected_date | analyte | value | unit | upper_limit_normal
        P1         | 2024-01-15     | ck      | 17000 | U/L  | 572
    """,
    "CK falls while the child stops walking (case report)": """
        visits
        patient_id | visit_date | physician_global_vas | mmt_score | mmt_max | ambulation
        P1         | 2024-01-15 | 6                    | 50        | 80      | independent
        P1         | 2024-04-15 | 8                    | 20        | 80      | wheelchair

        labs
        patient_id | collected_date | analyte | value | unit | upper_limit_normal
        P1         | 2024-01-15     | ck      | 17000 | U/L  | 200
        P1         | 2024-04-15     | ck      | 2600  | U/L  | 200
    """,
    "treated CK that by chance falls to a sixtieth, and stays": """
        visits
        patient_id | visit_date
        P1         | 2024-01-15

        labs
        patient_id | collected_date | analyte | value | unit | upper_limit_normal
        P1         | 2024-01-15     | ck      | 12000 | U/L  | 200
        P1         | 2024-07-15     | ck      | 200   | U/L  | 200
        P1         | 2025-01-15     | ck      | 150   | U/L  | 200
    """,
    "troponin T raised by muscle, troponin I normal (LAB-14)": """
        visits
        patient_id | visit_date
        P1         | 2024-01-15

        labs
        patient_id | collected_date | analyte    | value | value_comparator | unit | upper_limit_normal | loinc
        P1         | 2024-01-15     | troponin_t | 240   | =                | ng/L | 14                 | 67151-1
        P1         | 2024-01-15     | troponin_i | 3     | <                | ng/L | 16                 | 89579-7
    """,
    "weak on one side more than on the other, with full strength on neither": """
        visits
        patient_id | visit_date | mmt_score | mmt_max | proximal_weakness | distal_weakness | ambulation
        P1         | 2024-01-15 | 71        | 150     | present           | absent          | aid
    """,
    "not examined is not healthy": """
        visits
        patient_id | visit_date | mmt_score | mmt_score_absent | mmt_max | haq_di | haq_di_absent
        P1         | 2024-01-15 | .         | refused          | .       | .      | not_done

        labs
        patient_id | collected_date | analyte | value | value_absent    | unit
        P1         | 2024-01-15     | ck      | .     | pending         | U/L
        P1         | 2024-01-15     | crp     | .     | below_detection | .
    """,
    "HAQ-DI of seven sections, written with two decimals": """
        visits
        patient_id | visit_date | haq_di
        P1         | 2024-01-15 | 1.57
    """,
}


@pytest.mark.parametrize("patient", TRUE_PATIENTS)
def test_a_true_patient_is_not_held_back(patient: str) -> None:
    tables = draw(TRUE_PATIENTS[patient], CONTRACT).tables
    asked = Asked(tables, CONTRACT, pd.Timestamp("2026-06-30"))
    rules = [
        rule
        for about in tables
        for rule in rules_of(Home.ROW, about)
        if rule.severity.holds_back and set(rule.tables) <= set(tables)
    ]

    answers = [check_rule(rule.id, asked) for rule in rules]

    assert [
        covered["rule_id"] for a in answers for covered in a.coverage if covered["broken"]
    ] == []
    assert not any(covered["could_not_run"] for a in answers for covered in a.coverage)
