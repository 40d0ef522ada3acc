"""Drawn examples of the rules of organ findings."""

from tests.drawing import example

example(
    "OG-04",
    holds="""
        organ_findings
        domain        | item
        lung_function | fvc
        mri           | muscle_oedema
    """,
    breaks="""
        organ_findings
        domain | item | !
        emg    | lvef | x
        echo   | lvef |
    """,
)

example(
    "OG-05",
    holds="""
        organ_findings
        item                  | value | unit
        fvc                   | 3.1   | L
        fvc_percent_predicted | 82    | %
        muscle_oedema         | 2     | {score}
    """,
    breaks="""
        organ_findings
        item | value | unit | !
        fvc  | 82    | %    | x
        qtc  | 440   | ms   |
        lvef | .     | L    |
    """,
)

example(
    "PF-01",
    holds="""
        organ_findings
        domain        | item                   | value | unit
        lung_function | fvc                    | 0.3   | L
        lung_function | fvc                    | 8     | L
        lung_function | fvc_percent_predicted  | 160   | %
        lung_function | dlco_percent_predicted | 5     | %
        lung_function | fvc                    | 3100  | ms
    """,
    breaks="""
        organ_findings
        domain        | item                   | value | unit | !
        lung_function | fvc                    | 31    | L    | x
        lung_function | fvc                    | 0.2   | L    | x
        lung_function | fvc_percent_predicted  | 9     | %    | x
        lung_function | dlco_percent_predicted | 161   | %    | x
        echo          | lvef                   | 90    | %    |
    """,
)

example(
    "OG-03",
    holds="""
        organ_findings
        domain | item | value | unit
        echo   | lvef | 5     | %
        echo   | lvef | 85    | %
        ecg    | qtc  | 650   | ms
    """,
    breaks="""
        organ_findings
        domain        | item | value | unit | !
        echo          | lvef | 0.6   | %    | x
        ecg           | qtc  | 44    | ms   | x
        lung_function | fvc  | 31    | L    |
    """,
)

example(
    "PF-02",
    holds="""
        organ_findings
        patient_id | assessed_date | item | value | unit
        P1         | 2024-01-10    | fvc  | 3.1   | L
        P1         | 2024-01-10    | fev1 | 3.1   | L
        P2         | 2024-01-10    | fev1 | 4     | L
    """,
    breaks="""
        organ_findings
        patient_id | assessed_date | item | value | unit | !
        P1         | 2024-01-10    | fev1 | 3.2   | L    | x
        P1         | 2024-01-10    | fvc  | 3.1   | L    |
        P1         | 2024-04-10    | fev1 | 3.2   | L    |
    """,
)

example(
    "IM-02",
    holds="""
        organ_findings
        patient_id | assessed_date | item              | value | unit    | result
        P1         | 2024-01-10    | fatty_replacement | 1     | {score} | abnormal
        P1         | 2025-01-10    | fatty_replacement | 2     | {score} | abnormal
        P2         | 2024-01-10    | muscle_oedema     | .     | .       | abnormal
        P2         | 2025-01-10    | muscle_oedema     | .     | .       | normal
        P3         | 2024-01-10    | fatty_replacement | .     | .       | abnormal
        P3         | 2025-01-10    | fatty_replacement | .     | .       | not_assessed
        P4         | 2024-01-10    | fatty_replacement | 20    | %       | abnormal
        P4         | 2025-01-10    | fatty_replacement | 2     | {score} | abnormal
    """,
    breaks="""
        organ_findings
        patient_id | assessed_date | item              | value | unit    | result   | !
        P1         | 2025-01-10    | fatty_replacement | 1     | {score} | abnormal | x
        P1         | 2024-01-10    | fatty_replacement | 2     | {score} | abnormal |
        P2         | 2024-01-10    | fatty_replacement | .     | .       | abnormal |
        P2         | 2025-01-10    | fatty_replacement | .     | .       | normal   | x
        P3         | 2024-01-10    | fatty_replacement | 3     | .       | .        |
        P3         | 2025-01-10    | fatty_replacement | 2     | .       | .        | x
    """,
)

example(
    "EM-01",
    holds="""
        organ_findings
        patient_id | assessed_date | item            | result
        P1         | 2024-01-10    | myopathic_units | abnormal
        P2         | 2024-01-10    | myopathic_units | normal
        P3         | 2024-01-10    | myopathic_units | normal

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-08     | ck      | 9000  | 200
        P2         | 2024-01-08     | ck      | 1000  | 200
        P3         | 2023-12-08     | ck      | 9000  | 200
    """,
    breaks="""
        organ_findings
        patient_id | assessed_date | item                 | result | !
        P1         | 2024-01-10    | myopathic_units      | normal | x
        P1         | 2024-01-10    | spontaneous_activity | normal |

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-02-09     | ck      | 1001  | 200
    """,
)

example(
    "OG-01",
    holds="""
        organ_findings
        patient_id | assessed_date | item             | result
        P1         | 2024-01-10    | feeding_tube     | abnormal
        P2         | 2024-01-10    | modified_diet    | normal
        P2         | 2024-01-10    | swallowing_study | abnormal

        visits
        patient_id | visit_date | dysphagia
        P1         | 2024-02-09 | present
        P2         | 2024-01-10 | absent
    """,
    breaks="""
        organ_findings
        patient_id | assessed_date | item          | result   | !
        P1         | 2024-01-10    | modified_diet | abnormal | x
        P2         | 2024-01-10    | feeding_tube  | abnormal |
        P3         | 2024-01-10    | feeding_tube  | abnormal |

        visits
        patient_id | visit_date | dysphagia
        P1         | 2024-01-11 | absent
        P1         | 2024-01-10 | not_assessed
        P2         | 2024-02-10 | absent
        P3         | 2024-01-10 | present
        P3         | 2024-02-01 | absent
    """,
)
