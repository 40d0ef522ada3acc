"""README.md of a release and of its public folder, in English and German."""

from string import Template

README = Template("""\
# IMNM treatment registry, release $version

Harmonised tables and outcomes of patients with immune-mediated necrotizing myopathy (IMNM).
Pseudonymised personal data: use them as your data-use agreement and each patient's `consent_scope`
allow, and do not try to find out who anybody is. (Deutsch: siehe unten.)

- `data/*.parquet`: one file per table; `patient_id` links them all.
- `data_dictionary.csv` (and `.parquet`): every column in English and German, with unit, code list,
  key and link. `codes.csv` (and `.parquet`): every code with its labels.
- `manifest.json`: what the release was made from and by what; who was left out, in counts.
- `CHANGELOG.md`: rows, patients and fields against the release before; `changes.parquet` has them
  by patient and row, without values.
- `quality/`: what became of each centre's rows, how complete each field is, what is open.
- `disclosure/`: how easily somebody could be found. Try not to.
- `public/`: counts with small ones withheld. This folder alone may be given to anybody.
- `datapackage.json` (Frictionless Data Package 2), `croissant.json` (Croissant 1.0),
  `ro-crate-metadata.json` (RO-Crate 1.2), `contract.odcs.yaml` (Open Data Contract 3.1): the same
  tables for other people's software. `checksums.sha256`: for `sha256sum -c checksums.sha256`.

There are no dates: `…_day` counts from the patient's index day (day 0), see `patients.index_basis`.
Blank is unknown; where a reason is known it stands in `…_absent` or `…_reason`.
Total Improvement Score: `visit_outcomes.tis` needs all six measures; `tis_partial` has fewer and is
never to be mixed with it.

## Read it

Look into `latest.json` once, then stay with the version it names:

```python
import json, pathlib
root = pathlib.Path("…")                      # the folder that holds latest.json
release = (root / json.loads((root / "latest.json").read_text())["manifest"]).parent
```

```python
import pandas as pd                           # dtype_backend keeps whole numbers with blanks whole
visits = pd.read_parquet(release / "data/visits.parquet", dtype_backend="pyarrow")
```

```python
import polars as pl
visits = pl.read_parquet(release / "data/visits.parquet")
```

```python
import duckdb
duckdb.sql(f"FROM '{release}/data/visits.parquet' SELECT visit_type, count(*) GROUP BY ALL").show()
```

```r
library(arrow)
visits <- read_parquet(file.path(release, "data", "visits.parquet"))
```

```python
visits = spark.read.parquet(f"{release}/data/visits.parquet")   # PySpark
```

## Deutsch

Harmonisierte Tabellen und Ergebnisse von Personen mit immunvermittelter nekrotisierender Myopathie.
Es sind pseudonymisierte personenbezogene Daten: Die Nutzung richtet sich nach dem Nutzungsvertrag
und dem `consent_scope` jeder Person; niemand darf versuchen, jemanden zu erkennen.

- `data/*.parquet`: eine Datei je Tabelle; `patient_id` verbindet alle.
- `data_dictionary.csv`: jede Spalte auf Englisch und Deutsch.
- `codes.csv`: jeder Code mit seiner Bezeichnung.
- `manifest.json`: woraus und womit die Freigabe entstand und wer fehlt, als Anzahl.
- `CHANGELOG.md`: Zeilen, Personen und Felder im Vergleich zur vorigen Freigabe;
  `changes.parquet` nennt sie je Person und Zeile, ohne Werte.
- `quality/`: was aus den Zeilen jedes Zentrums wurde, wie vollständig die Felder sind, was offen
  ist.
- `disclosure/`: wie leicht jemand zu finden wäre.
- `public/`: Anzahlen, kleine unterdrückt. Nur dieser Ordner darf weitergegeben werden.

Es gibt keine Kalenderdaten: `…_day` zählt ab dem Indextag der Person (Tag 0, siehe
`patients.index_basis`). Leer heißt unbekannt; ein bekannter Grund steht in `…_absent` oder
`…_reason`. Zum Lesen `latest.json` einmal öffnen und bei der dort genannten Version bleiben; die
Befehle stehen oben.
""")


PUBLIC_README = Template("""\
# IMNM treatment registry, release $version: counts for everybody

Patients with immune-mediated necrotizing myopathy (IMNM), each counted once per table. Therapy and
response (Total Improvement Score at 6 months) are those of the first line of therapy. No count from
1 to 10 is shown; further counts are withheld (·) where a small one could be told from them. Zeros
are shown. Each table is also here as CSV and Parquet, where a withheld count is blank.

*Deutsch:* Personen mit immunvermittelter nekrotisierender Myopathie, je Tabelle einmal gezählt.
Therapie und Ansprechen (Total Improvement Score nach 6 Monaten) sind die der ersten Therapielinie.
Anzahlen von 1 bis 10 sind unterdrückt, ebenso weitere (·), aus denen sie sich errechnen ließen.
Nullen stehen da. In CSV und Parquet ist eine unterdrückte Anzahl leer.
""")


def readme(version: str) -> str:
    return README.substitute(version=version)
