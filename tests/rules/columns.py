"""Examples of the rules that every column can break: one cell that holds, one that breaks."""

from tests.drawing import cell

cell("COL-01", "visits", "visit_date", holds="2024-03-31", breaks=None)
cell("COL-02", "visits", "height_cm", holds="174", breaks="174 cm")
cell("COL-03", "therapies", "drug", holds="rituximab", breaks="ritux")
cell("COL-04", "visits", "haq_di", holds="3", breaks="4.5")
cell("SUB-02", "labs", "centre_id", holds="DE01", breaks="FR01")
cell("SUB-03", "labs", "lab_id", holds="L-0001", breaks=None)
cell("SUB-04", "labs", "patient_id", holds="patients-1", breaks="patients-9")
cell("SUB-05", "visits", "visit_date", holds="2024-03-31", breaks="1900-01-01")
cell("SUB-06", "exposures", "dose_mg", holds="40", breaks="-9")
