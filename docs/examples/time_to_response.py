# %% [markdown]
# # How long until a first line of therapy works, by antibody
#
# Reads the newest release and plots, by subtype, the share of patients who have reached at least a
# moderate response (Total Improvement Score, TIS) after the start of the first line: one minus the
# Kaplan-Meier estimate. Who has not responded when observation of the line ends is censored there.
#
#     python docs/examples/time_to_response.py store/published response.svg

# %%
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd

from registry.release import open_release

matplotlib.use("Agg")
from matplotlib import pyplot as plt

DAYS_A_MONTH = 365.25 / 12
MONTHS = 24
FEWEST = 5  # patients of a curve: fewer tell about persons, not about therapy

root, picture = (Path(argument) for argument in sys.argv[1:3])

# %% [markdown]
# ## The release
#
# `open_release` looks into `latest.json` once and verifies every hash; whatever is published while
# this runs, both tables are of one release.

# %%
release = open_release(root)
patients = release.pandas("patients")
lines = release.pandas("treatment_outcomes")
labels = pd.read_csv(release.folder / "codes.csv").query("codes == 'subtypes'")
labels = labels.set_index("code")["label_en"]

# %% [markdown]
# ## Time and event
#
# A response is looked for at visits, so lines without a visit that has a TIS cannot show one and
# are left out; how many says the caption.

# %%
first = lines[lines["line"].eq(1)].merge(patients[["patient_id", "subtype"]], on="patient_id")
asked = first[first["n_tis"].gt(0) & first["subtype"].notna()]
responded = asked["days_to_moderate"].notna()
days = asked["days_to_moderate"].fillna(asked["duration_days"]).astype("float64")
time = (days / DAYS_A_MONTH).rename("months")


# %%
def share_responded(months: pd.Series, event: pd.Series) -> pd.DataFrame:
    """Share with a response by month (Kaplan-Meier), with how many were still at risk before it."""
    by_time = pd.DataFrame({"months": months, "event": event}).groupby("months")["event"]
    table = by_time.agg(responses="sum", leaving="size")
    table["at_risk"] = len(months) - table["leaving"].cumsum().shift(fill_value=0)
    table["share"] = 1 - (1 - table["responses"] / table["at_risk"]).cumprod()
    return table


# %%
figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
shown = asked["subtype"].value_counts().loc[lambda n: n >= FEWEST].index
for subtype, style in zip(sorted(shown), ("-", "--", "-.", ":", (0, (5, 1, 1, 1))), strict=False):
    of = asked["subtype"].eq(subtype)
    curve = share_responded(time[of], responded[of])
    x = np.concatenate([[0], curve.index])
    y = np.concatenate([[0], curve["share"]])
    censored = curve[curve["leaving"].gt(curve["responses"])]
    name = f"{labels[subtype]} ({responded[of].sum()} of {of.sum()})"
    (drawn,) = axes.step(x, y, where="post", linestyle=style, label=name)
    axes.plot(censored.index, censored["share"], "|", color=drawn.get_color())
axes.set(
    title="Time to at least a moderate response to the first line",
    xlabel="Months since the line began",
    ylabel="Share of patients who have responded",
    xlim=(0, MONTHS),
    ylim=(0, 1),
    xticks=range(0, MONTHS + 1, 6),
)
axes.yaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1))
axes.grid(alpha=0.3)
axes.legend(loc="lower right", title="Subtype (responded of observed)")
figure.supxlabel(
    f"Release {release.version}. {len(asked)} of {len(first)} first lines: the others have no "
    "visit with a TIS or no subtype.\n"
    "Ticks: end of observation without response. Deaths are censored.",
    fontsize="small",
)
figure.savefig(picture)
print(f"{picture}: {len(asked)} first lines of {len(shown)} subtypes, release {release.version}")
