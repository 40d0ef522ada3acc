"""Findings for other people's programs: CSV for a spreadsheet, JUnit XML and SARIF 2.1.0 for CI.

JUnit and SARIF files end up in build logs and dashboards: they name places, never a value, a key or
a patient. CSV is for people: a cell that a spreadsheet would calculate is prefixed with an
apostrophe. What is exact is Parquet.
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from registry.findings import SCHEMA, Findings
from registry.report.inert import guarded, visible
from registry.report.reasons import reason
from registry.report.wording import phrase, why
from registry.rules import CATALOGUE, Rule, fingerprint

SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {"refuse": "error", "hold": "error", "query": "warning", "note": "note"}
PLACES_SHOWN = 20  # of one rule in a JUnit file


def as_csv(findings: Findings, about: Mapping[str, str]) -> str:
    """One line per finding, the rule's message beside it in the package's language."""
    messages = {rule.id: rule.message(about["language"]) for rule in CATALOGUE.values()}
    told = findings.rows[SCHEMA.names].assign(message=findings.rows["rule_id"].map(messages))
    text = told.drop(columns="row").apply(guarded).assign(row=told["row"])[told.columns]
    written = io.StringIO()
    text.to_csv(written, index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    return written.getvalue()


def as_junit(findings: Findings, about: Mapping[str, str]) -> str:
    """One test case per rule: failed where it broke, skipped where nothing could be asked."""
    language = about["language"]
    covered = _by_rule(findings)
    places = _places(findings.rows)
    suite = ElementTree.Element("testsuite", name=visible(about["submission"]))
    for rule_id, asked in sorted(covered.items()):
        rule = CATALOGUE[rule_id]
        case = ElementTree.SubElement(
            suite, "testcase", classname=rule.about, name=f"{rule.id} {rule.statement}"
        )
        outcome = _outcome(asked, rule_id in places)
        if outcome == "error":
            ElementTree.SubElement(case, "error", message="could not run", type=asked["crash"])
        elif outcome == "failure":
            failure = ElementTree.SubElement(
                case, "failure", message=rule.what(language), type=rule.severity.value
            )
            failure.text = _told(rule, places[rule_id], asked, language)
        elif outcome == "skipped":
            ElementTree.SubElement(case, "skipped", message=why(language, asked["why"]))
    for count, of in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"*/{of}"))))
    suite.set("tests", str(len(suite)))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def as_sarif(findings: Findings, about: Mapping[str, str]) -> str:
    """One run: rules with their help, a result per finding, what was not asked, what crashed."""
    language = about["language"]
    covered = _by_rule(findings)
    order = {rule_id: at for at, rule_id in enumerate(sorted(covered | _places(findings.rows)))}
    run = {
        "tool": {
            "driver": {
                "name": "imnm-registry",
                "version": fingerprint(),
                "rules": [_sarif_rule(CATALOGUE[rule_id], language) for rule_id in order],
            }
        },
        "language": language,
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(covered, order)],
        "results": _results(findings.rows, order, language)
        + [
            {
                "ruleId": rule_id,
                "ruleIndex": order[rule_id],
                "kind": "notApplicable",
                "level": "none",
                "message": {"text": why(language, asked["why"])},
            }
            for rule_id, asked in sorted(covered.items())
            if _outcome(asked, False) == "skipped"
        ],
    }
    document = {"$schema": SARIF, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _by_rule(findings: Findings) -> dict[str, dict[str, Any]]:
    """rule id → asked, broken, why (first reason why not asked), crash (type of the error)."""
    by_rule = findings.coverage.groupby("rule_id").agg(
        asked=("asked", "sum"),
        broken=("broken", "sum"),
        why=("why_not_asked", "first"),
        crash=("could_not_run", "first"),
    )
    by_rule["why"] = by_rule["why"].fillna("nothing_to_ask")
    plain = by_rule.astype(object).where(by_rule.notna(), None)
    return {str(rule_id): dict(row) for rule_id, row in plain.iterrows()}


def _outcome(asked: Mapping[str, Any], is_broken: bool) -> str:
    if asked["crash"] is not None:
        return "error"
    if is_broken:
        return "failure"
    return "passed" if asked["asked"] else "skipped"


def _places(rows: pd.DataFrame) -> dict[str, list[str]]:
    """rule id → "visits/17/haq_di" of each finding, in their order; no value, key or patient."""
    if rows.empty:
        return {}
    parts = [
        rows["table"],
        rows["row"].astype("str").where(rows["row"].notna(), "*"),
        rows["column"],
    ]
    named = parts[0].map(visible).str.cat(parts[1], sep="/")
    named = named.where(rows["column"].isna(), named + "/" + rows["column"].fillna("").map(visible))
    return {str(rule_id): list(places) for rule_id, places in named.groupby(rows["rule_id"])}


def _told(rule: Rule, places: list[str], asked: Mapping[str, Any], language: str) -> str:
    counts = phrase(language, "asked", broken=len(places), asked=asked["asked"])
    shown = places[:PLACES_SHOWN]
    more = [f"… + {len(places) - len(shown)}"] if len(places) > len(shown) else []
    return "\n".join([rule.message(language), counts, *shown, *more])


def _sarif_rule(rule: Rule, language: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.what(language)},
        "fullDescription": {"text": reason(rule, language)},
        "help": {"text": rule.mend(language)},
        "defaultConfiguration": {"level": LEVEL[rule.severity]},
        "properties": {
            "tags": [rule.category.value, rule.severity.value, rule.about],
            "source": rule.source,
        },
    }


def _invocation(
    covered: Mapping[str, Mapping[str, Any]], order: Mapping[str, int]
) -> dict[str, Any]:
    crashed = {rule_id: asked["crash"] for rule_id, asked in covered.items() if asked["crash"]}
    return {
        "executionSuccessful": not crashed,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": f"{rule_id} could not run: {crash}"},
                "associatedRule": {"id": rule_id, "index": order[rule_id]},
            }
            for rule_id, crash in sorted(crashed.items())
        ],
    }


def _results(rows: pd.DataFrame, order: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """A result per finding: where, and its identity; the message is the rule's."""
    texts = {rule_id: CATALOGUE[rule_id].message(language) for rule_id in order}
    facts = rows[["rule_id", "severity", "table", "row", "column", "identity", "value_hash"]]
    plain = facts.astype(object).where(facts.notna(), None)
    return [
        {
            "ruleId": rule_id,
            "ruleIndex": order[rule_id],
            "level": LEVEL[severity],
            "message": {"text": texts[rule_id]},
            "locations": [{"logicalLocations": _logical(table, row, column)}],
            "partialFingerprints": {"identity/v1": identity, "valueHash/v1": value_hash},
        }
        for rule_id, severity, table, row, column, identity, value_hash in plain.itertuples(
            index=False, name=None
        )
    ]


def _logical(table: str, row: int | None, column: str | None) -> list[dict[str, str]]:
    """The cell, or the table as a whole, by its names."""
    name = visible(table)
    path = [name] if row is None else [name, str(row)]
    kind = "table" if row is None else "row"
    if column is not None:
        path, kind = [*path, visible(column)], "column"
    return [{"name": path[-1], "fullyQualifiedName": "/".join(path), "kind": kind}]
