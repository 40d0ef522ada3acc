"""The report in a real browser: Chromium, headless, by its own command line.

A machine without one fails these tests; `.ci/run` installs Debian's.
"""

import re
import shutil
import subprocess
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--hide-scrollbars",
    "--allow-file-access-from-files",  # a frame measures the page it shows
    "--virtual-time-budget=2000",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no request leaves the machine
)
DARK = "--blink-settings=preferredColorScheme=0"

# Of the page in the frame: what sticks out on the right, boxes that scroll by themselves aside.
MEASURE = """
onload = () => {
  const shown = document.querySelector("iframe").contentDocument, root = shown.documentElement;
  if (unfold) shown.querySelectorAll("details").forEach(details => { details.open = true });
  const wide = [...shown.querySelectorAll("body *")].filter(element =>
    !element.closest(".scroll") && element.getBoundingClientRect().right > root.clientWidth + 1);
  document.title = JSON.stringify(
    {page: root.scrollWidth, wide: wide.map(e => e.tagName + "." + e.className)});
}
"""


def chromium(page: Path, *flags: str) -> str:
    """Open a page with these flags; what Chromium prints on standard output."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, f"no browser: install one of {', '.join(PROGRAMS)}"
    profile = page.with_suffix(".profile")
    command = [program, *FLAGS, f"--user-data-dir={profile}", *flags, page.absolute().as_uri()]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    return answer.stdout


def screen(page: Path, picture: Path, width: int, height: int, *flags: str) -> None:
    """A PNG of the upper left of a page."""
    chromium(page, f"--screenshot={picture.absolute()}", f"--window-size={width},{height}", *flags)


def framed(page: Path, width: int, height: int, unfold: bool = True) -> Path:
    """A page that shows another in a frame of any width: a window is never narrower than 500.

    Its title says how wide the page is and what sticks out of it, every fold open if `unfold`.
    """
    frame = page.with_name(f"{page.stem}-{width}.html")
    style = f"border:0;width:{width}px;height:{height}px"
    frame.write_text(
        f"<body style='margin:0'><iframe src='{page.name}' style='{style}'></iframe>"
        f"<script>const unfold = {str(unfold).lower()};{MEASURE}</script>",
        encoding="utf-8",
    )
    return frame


def title_of(dom: str) -> str:
    """The title of a dumped DOM."""
    return re.findall(r"<title>(.*?)</title>", dom)[0]
