"""docs/report.png: the top of the page of a real run, drawn by headless Chromium."""
import pathlib
import subprocess
import tempfile

LARGEST = 200_000  # bytes: a picture stays small in the repository


def report_page(root, program):
    with tempfile.TemporaryDirectory() as folder:
        page, picture = pathlib.Path(folder) / "report.html", root / "docs/report.png"
        subprocess.run([program, "simulate", "--platform", "platforms/h4h-7nm.yaml", "--network", "mobilenet_v2",
                        "--html", page], cwd=root, check=True, stdout=subprocess.DEVNULL)
        screenshot(page, picture, 1200, 1060)
    if picture.stat().st_size > LARGEST:
        raise SystemExit(f"tools/readme: {picture} has more than {LARGEST} bytes")


def screenshot(page, picture, width, height):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
                        "--disable-background-networking", "--blink-settings=preferredColorScheme=1",
                        f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--screenshot={picture}",
                        f"file://{page}"], check=True, capture_output=True, timeout=120)
