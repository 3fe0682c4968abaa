"""docs/reference/commands.md, keys.md and operators.md, made from what the program says of itself."""
import json
import re
import subprocess

OPTION = re.compile(r"  (-\S.*?(?:\(=[^)]*\))?)(?:(?:  +|(?<=\)) )(\S.*))?$")
WIDTH = 79  # of help texts


def printed(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def command_names(program):
    """(name, summary) of every command in the program's help."""
    names = re.findall(r"^  ([a-z]+) {2,}(\S.*)$", printed(program, "--help"), re.M)
    return [(name, summary) for name, summary in names if name != "help"]


def help_text(program, root, command):
    """Without the place of the repository, which stands in some default values. None for a command of
    h4h-nas in a build without LibTorch."""
    run = subprocess.run([program, command, "--help"], capture_output=True, text=True)
    if run.returncode != 0:
        if "h4h-nas" not in run.stderr:
            raise RuntimeError(f"h4h {command} --help: {run.stderr}")
        return None
    return run.stdout.replace(f"{root}/", "")


class Option:
    """One option of a help text: names and argument, default, meaning."""

    def __init__(self, head):
        default = re.search(r" \(=(.*)\)$", head)
        self.default = default[1] if default else ""
        self.names = re.sub(r"(-\w) \[ (--\S+) \]", r"\1, \2", head[:default.start()] if default else head)
        self.meaning = ""
        self._broken_word = False

    def add(self, text, column):
        """A line of the meaning, which begins in this column. A word longer than half a line is broken
        at the end of the line, without a blank."""
        glue = "" if self._broken_word or not self.meaning else " "
        self.meaning += glue + text.strip()
        room = WIDTH - column
        self._broken_word = len(text) >= room and not text.endswith(" ") and text.rfind(" ") < room // 2

    def row(self):
        cells = [f"`{self.names}`", f"`{self.default}`" if self.default else "", self.meaning]
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def split_help(text):
    """(what stands above the options, the options)."""
    above, options, last = [], [], None
    for line in text.splitlines():
        option = OPTION.match(line)
        if option:
            last = Option(option[1])
            options.append(last)
            if option[2]:
                last.add(option[2], option.start(2))
        elif last and line.startswith(" " * 8):
            last.add(line.lstrip(), len(line) - len(line.lstrip()))
        elif line.strip() and not re.fullmatch(r"[a-z ]*options:", line):
            last = None
            above.append(line)
        elif not options and not line.strip():
            above.append("")
    return "\n".join(above).strip(), options


def section(command, text):
    """The part of commands.md that is about a command, from its help."""
    above, options = split_help(text)
    rows = "\n".join(option.row() for option in options)
    return f"## h4h {command}\n\n```text\n{above}\n```\n\n| option | default | meaning |\n|---|---|---|\n{rows}"


def commands(program, root, old, report):
    """The text of commands.md. A command whose help is not there keeps its section of the `old` text."""
    parts = ["# Commands", "Written by `tools/readme` from `h4h --help`; not to be edited.",
             f"```text\n{printed(program, '--help').strip()}\n```"]
    for name, _ in command_names(program):
        text = help_text(program, root, name)
        kept = re.search(rf"^## h4h {name}\n.*?(?=\n+(?:## |\Z))", old, re.M | re.S)
        if text is not None:
            parts.append(section(name, text))
        else:
            report(1, f"h4h {name} is left as it is: this build has no LibTorch", skipped=kept is not None)
            parts += [kept[0]] if kept else []
    return "\n\n".join(parts) + "\n"


def option_names(program, root, name):
    """Of a command; None where its help is not there."""
    text = help_text(program, root, name)
    if text is None:
        return None
    _, options = split_help(text)
    return {word for option in options for word in re.findall(r"--?[\w-]+", option.names)}


def keys(program):
    """The text of keys.md."""
    definitions = json.loads(printed(program, "platform", "schema"))["$defs"]
    sections = {}
    for path, key in definitions.items():
        if "description" not in key:
            continue  # a group of keys
        meaning, _, allowed = key["description"].rpartition("; allowed: ")
        ranged = any("range" in choice.get("properties", {}) for choice in key.get("anyOf", []))
        cells = [f"`{path}`", allowed, "yes" if ranged else "no", meaning]
        row = "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        sections.setdefault(path.split(".")[0], []).append(row)
    parts = ["# Keys of platform files",
             "Written by `tools/readme` from `h4h platform schema`; not to be edited. How such a file is "
             "written: [platform files](platform-files.md). A key may be nested (`npu: {clock: 1 GHz}`) or "
             "dotted (`npu.clock: 1 GHz`). *Range* says whether a key may have one, for `--uncertainty`. Keys that "
             "begin with, or whose second part is, the name of a type other than `npu` and `cim` are those of "
             "[listed devices](platform-files.md#devices) of that type."]
    for section, rows in sections.items():
        parts += [f"## {section}", "| key | allowed | range | meaning |\n|---|---|---|---|\n" + "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def operators(program):
    """The text of operators.md."""
    rows = []
    for row in json.loads(printed(program, "network", "operators", "--format", "json"))["operators"]:
        layers = ", ".join(f"`{layer}`" for layer in row["layers"]) or "none"
        devices = "NPU, macros" if row["macros"] else "NPU" if row["npu"] else ""
        rows.append(f"| {layers} | {', '.join(row['tflite'])} | {', '.join(row['onnx'])} | {devices} |")
    return "\n\n".join([
        "# Operators of network files",
        "Written by `tools/readme` from `h4h network operators`; not to be edited. The layers are the operators "
        "of [network files](../../workloads/README.md#network-files). Operators that become no layer are other "
        "names of a tensor, state between inferences, or known when the file is read; so is any operator on "
        "constants and shapes. Changes of shape add `reshape` (a view) and `transpose` where the order in memory "
        "changes. Layer norm, GELU, SiLU, hard swish and attention (`attention`: NPU, macros) that a file spells "
        "with several operators become one layer. Grouped convolutions run on the NPU only. Every other operator "
        "is left to the host: refused, or not costed with `--unsupported host`.",
        "| layers | TFLite | ONNX | devices |\n|---|---|---|---|\n" + "\n".join(rows)]) + "\n"
