"""What must hold in documents besides the output of console blocks: commands in ```sh blocks have only
options that exist, relative links lead somewhere, and blocks of tutorials are run."""
import re

from blocks import NOT_RUN, fenced, file_name
from reference import command_names, option_names

INPUT = re.compile(r"(?:platforms|nas|tests|tools|workloads)/[\w./-]+")


class Commands:
    """The program's commands and their options, asked for when first needed."""

    def __init__(self, program, root):
        self._program, self._root = program, root
        self._names = {name for name, _ in command_names(program)}
        self._options = {}

    def problem(self, call):
        """What is wrong with the words behind "h4h", or nothing."""
        words = call.split()
        name = words[0] if words else ""
        if name.startswith("-") or name == "help":
            return None
        if name not in self._names:
            return f"no such command: h4h {name}"
        if name not in self._options:
            self._options[name] = option_names(self._program, self._root, name)
        known = self._options[name]
        wrong = [w for w in re.findall(r"(?<!\S)--[\w-]+", call) if known is not None and w not in known]
        return f"h4h {name} has no option {wrong[0]}" if wrong else None


def check_commands(text, root, commands, report):
    for at, language, content in fenced(text):
        if language != "sh":
            continue
        script = re.sub(r"(?<!\S)#.*", "", "\n".join(content)).replace("\\\n", " ")
        for call in re.findall(r"(?:^|[\s/|])h4h ([^|;\n<>]*)", script):
            problem = commands.problem(call)
            if problem:
                report(at + 1, problem)
        for path in INPUT.findall(script):
            if not (root / path).exists():
                report(at + 1, f"no such file: {path}")


def check_tutorial(text, report):
    """Every block is run, or a file, or a comment above it says why it is not run."""
    lines = text.splitlines()
    for at, language, content in fenced(text):
        reason = NOT_RUN.fullmatch(lines[at - 1]) if at > 0 else None
        if not (language.split(" ")[0] in ("console", "python") or file_name(language, content) or reason):
            report(at + 1, "a block of a tutorial that is not run needs <!-- not run: REASON --> in the line above it")


def anchors(text):
    """The names by which links reach the headings of a Markdown text."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.M)}


def check_links(text, document, report):
    for number, line in enumerate(text.splitlines(), 1):
        for link in re.findall(r"\]\(([^)\s]+)\)", line):
            path, _, anchor = link.partition("#")
            if "://" in path:
                continue
            target = document.parent / path if path else document
            if not target.exists():
                report(number, f"the link leads nowhere: {path}")
            elif anchor and anchor not in anchors(text if target == document else target.read_text()):
                report(number, f"the link leads to no heading: {link}")
