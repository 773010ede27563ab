"""Sees to it that there is a Chromium for the browser tests: python -m tests.e2e.get_browser.

One that is installed is taken. Else Playwright's own is fetched, and where that cannot be had, the system's package.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import chromium


def have() -> bool:
    with sync_playwright() as play:
        try:
            return bool(chromium(play))
        except AssertionError:
            return False


def main() -> None:
    if have():
        return
    fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(fetch, timeout=600, check=False).returncode == 0 and have():
        return
    if not shutil.which("apt-get"):
        sys.exit("No browser can be had here: install Chromium, then run make test again.")
    root = [] if os.geteuid() == 0 else ["sudo"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*root, "apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(
        [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True, env=quiet
    )


if __name__ == "__main__":
    main()
