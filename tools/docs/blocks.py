"""Runs the blocks of Markdown: commands of ```console blocks, with what they print put below them, and, in
tutorials, ```python blocks."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

LINKED = ("nas", "platforms", "tests", "tools", "workloads")
FILE_NAME = re.compile(r"# (\S+\.yaml)\b")
UNCHECKED = "console unchecked"  # numbers that training leads to differ between machines
NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?")
NOT_RUN = re.compile(r"<!-- not run: \S.* -->")


def is_tutorial(path):
    return path.name.startswith("tutorial-")


class Scratch:
    """A folder in which the commands of one document run: it has the repository's input folders (but for
    tutorials, which need nothing but the program), the files that the document shows, and whatever its
    earlier commands wrote."""

    def __init__(self, root, program, cache, nets, tutorial=False):
        self._folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self._folder.name)
        self._nets = nets
        self.trains = (program.parent / "h4h-nas").exists()
        self.runs_python = tutorial
        for name in () if tutorial else LINKED:
            (self.path / name).symlink_to(root / name)
        self._environment = {**os.environ, "H4H_CACHE": str(cache), "LC_ALL": "C.UTF-8",
                             "PATH": f"{program.parent}:{os.environ['PATH']}"}

    def close(self):
        self._folder.cleanup()

    def write(self, name, lines):
        (self.path / name).write_text("\n".join(lines) + "\n")

    def missing_network(self, command):
        """Links the .tflite files that a command reads; returns the first that is not there."""
        words = command.split()
        for option, name in zip([""] + words, words):
            if not name.endswith(".tflite") or option == "--out" or (self.path / name).exists():
                continue
            found = sorted(self._nets.rglob(name)) if self._nets else []
            if not found:
                return name
            (self.path / name).symlink_to(found[0].resolve())
        return None

    def run(self, command, fails=False):
        """Lines of stdout, and of stderr where the command is to fail. Raises where it does not do as
        expected."""
        return self._lines(["sh", "-c", command], fails)

    def run_python(self, lines):
        self._lines(["python3", "-c", "\n".join(lines)], False)

    def _lines(self, words, fails):
        run = subprocess.run(words, cwd=self.path, env=self._environment, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT if fails else subprocess.PIPE)
        if (run.returncode != 0) != fails:
            raise RuntimeError(f"exit code {run.returncode}: {run.stdout if fails else run.stderr}")
        return run.stdout.splitlines()


def common_words(a, b):
    """How many words two lines begin with in common."""
    pairs = list(zip(a.split(), b.split()))
    return next((i for i, (x, y) in enumerate(pairs) if x != y), len(pairs))


def place_of(line, output, begin):
    """The first line of the output, from `begin` on, that has the most leading words of `line`."""
    common = [common_words(line, candidate) for candidate in output[begin:]]
    if not any(common):
        raise RuntimeError(f"no line of the output begins with '{line.split()[0] if line.split() else ''}'")
    return begin + common.index(max(common))


def renewed(shown, output):
    """`shown` with its lines replaced by those of `output`. "..." stays where lines are left out;
    what follows it starts at the line of the output that begins with the same words."""
    runs, lines, at = [[]], [], 0
    for line in shown:
        if line == "...":
            runs.append([])
        else:
            runs[-1].append(line)
    for i, run in enumerate(runs):
        if i > 0:
            lines.append("...")
        if not run:
            continue
        if i > 0:
            at = place_of(run[0], output, at)
        end = len(output) if i == len(runs) - 1 else at + len(run)
        lines += output[at:end]
        at = end
    return lines


def same_but_for_numbers(shown, output):
    """Whether the shown lines stand in the output, in this order, whatever their numbers are."""
    def words(line):
        return NUMBER.sub("#", line).split()
    rest = iter([words(line) for line in output])
    return all(words(line) in rest for line in shown if line != "...")


def fenced(text):
    """The fenced blocks of a Markdown text: (first line's index, language line, content)."""
    lines, i = text.splitlines(), 0
    while i < len(lines):
        if lines[i].startswith("```"):
            end = lines.index("```", i + 1)
            yield i, lines[i][3:], lines[i + 1:end]
            i = end
        i += 1


def examples(content):
    """The commands of a console block, each with the lines shown below it."""
    found = []
    for line in content:
        if line.startswith("$ "):
            found.append((line, []))
        elif found:
            found[-1][1].append(line)
    return found


def renew(text, scratch, report):
    """The text with every console block renewed. report(line number, message) for what stays as it is;
    its messages are errors unless they say that a file is not there."""
    lines = text.splitlines()
    replaced = []
    for at, language, content in fenced(text):
        name = file_name(language, content)
        if name:
            scratch.write(name, content)
        if not language.startswith("console") and not (language == "python" and scratch.runs_python):
            continue

        def report_here(message, skipped=False):
            report(at + 1, message, skipped)

        if language == "python":
            run_python(content, scratch, report_here)
            continue
        if language == UNCHECKED and not scratch.trains:
            report_here("not run: this build has no h4h-nas", True)
            continue
        new = []
        for command, shown in examples(content):
            new.append(command)
            new += renewed_example(command[2:], shown, language, scratch, report_here)
        replaced.append((at + 1, len(content), new))
    for at, size, new in reversed(replaced):
        lines[at:at + size] = new
    return "\n".join(lines) + "\n"


def file_name(language, content):
    """The file that a block is: a comment in its first line names it (YAML), or the word behind csv."""
    if language.startswith("csv "):
        return language.split()[1]
    name = FILE_NAME.match(content[0]) if language == "yaml" and content else None
    return name[1] if name else None


def run_python(content, scratch, report):
    if "PYTHONPATH" not in os.environ:
        report("not run: PYTHONPATH does not say where the Python package is", True)
        return
    try:
        scratch.run_python(content)
    except RuntimeError as error:
        report(f"python: {error}")


def renewed_example(command, shown, language, scratch, report):
    missing = scratch.missing_network(command)
    if missing:
        report(f"left as it is, {missing} is not in --nets: {command}", True)
        return shown
    try:
        output = scratch.run(command, language == "console fails")
        keeps = language == UNCHECKED and same_but_for_numbers(shown, output)
        return shown if keeps else renewed(shown, output)
    except RuntimeError as error:
        report(f"{command}: {error}")
        return shown


def find_program(given, root):
    program = pathlib.Path(given) if given else root / "build/release/bin/h4h"
    if not shutil.which(str(program)):
        raise SystemExit(f"tools/readme: {program} is not there: build it, or set H4H")
    return program.resolve()
