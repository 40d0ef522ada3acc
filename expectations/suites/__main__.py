"""Write every suite as JSON into this folder."""

from expectations.suites import HERE, written

for old in HERE.glob("*.json"):
    old.unlink()
for name, content in written().items():
    (HERE / name).write_text(content, encoding="utf-8")
