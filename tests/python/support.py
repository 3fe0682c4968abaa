"""What tests of the package share. The environment names the program and the source tree."""
import functools
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
H4H = os.environ["H4H"]
CHIP = str(ROOT / "platforms/h4h-7nm.yaml")
TOY = str(ROOT / "nas/spaces/toy.yaml")


@functools.lru_cache(maxsize=None)
def command(*words):
    """What the command line prints."""
    return subprocess.run([H4H, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def document(*words):
    return json.loads(command(*words))
