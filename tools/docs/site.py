"""Hooks of MkDocs: docs/ and what it links to as a site.

Links in documents are relative paths, which a Git host follows. MkDocs knows files of docs/ alone, so
README.md of the root becomes the first page, and any other file that a page links to becomes a page
below repository/: Markdown as it is, other text as a block of code. A page of docs/ that the navigation
lacks is a warning, which --strict refuses, and so is a link that leads nowhere."""
import logging
import pathlib
import posixpath
import re

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIRST, ELSEWHERE = "index.md", "repository/"
LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
FENCE = re.compile(r"^(```+)[^\n]*\n.*?^\1$", re.M | re.S)

log = logging.getLogger("mkdocs.plugins.site")
sources = {}  # by page of the site that is not a file of docs/: path in the repository


def page_of(path):
    """The site's page, or picture, for a file of the repository."""
    if path == "README.md":
        return FIRST
    if path.startswith("docs/"):
        return path[len("docs/"):]
    return ELSEWHERE + (path if path.endswith(".md") else f"{path}.md")


def source_of(page):
    return sources.get(page, f"docs/{page}")


def outside_blocks(text, replace):
    """The text with what stands outside fenced blocks replaced."""
    parts, at = [], 0
    for block in FENCE.finditer(text):
        parts += [replace(text[at:block.start()]), block[0]]
        at = block.end()
    return "".join([*parts, replace(text[at:])])


def targets(path, text):
    """Files of the repository that the text of such a file links to."""
    found = []
    outside_blocks(text, lambda part: found.extend(match[2] for match in LINK.finditer(part)) or part)
    resolved = [posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) for link in found if "://" not in link]
    return [target for target in resolved if (ROOT / target).is_file()]


def text_of(path):
    text = (ROOT / path).read_text()
    return text if path.endswith(".md") else f"# {path}\n\n````\n{text}\n````\n"


def on_config(config):
    config["mdx_configs"].setdefault("toc", {})["slugify"] = heading_name
    return config


def heading_name(heading, separator):
    """The name by which links reach a heading on Git hosts."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", separator)


def on_files(files, config):
    """Adds every file outside docs/ that pages link to, also over other such files."""
    sources.clear()
    sources[FIRST] = "README.md"
    waiting = ["README.md", *(f"docs/{file.src_path}" for file in files.documentation_pages())]
    while waiting:
        path = waiting.pop()
        for target in targets(path, (ROOT / path).read_text()):
            page = page_of(target)
            if not target.startswith("docs/") and page not in sources:
                sources[page] = target
                if target.endswith(".md"):
                    waiting.append(target)
    for page in sources:
        files.append(File(page, config["docs_dir"], config["site_dir"], config["use_directory_urls"]))
    return files


def on_nav(nav, config, files):
    known = {page.file.src_path for page in nav.pages}
    for file in files.documentation_pages():
        if not file.src_path.startswith(ELSEWHERE) and file.src_path not in known:
            log.warning("docs/%s is not in the navigation of mkdocs.yml", file.src_path)


def on_page_read_source(page, config):
    source = sources.get(page.file.src_path)
    return None if source is None else text_of(source)


def on_page_markdown(markdown, page, config, files):
    here = page.file.src_path

    def moved(match):
        if "://" in match[2]:
            return match[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source_of(here)), match[2]))
        if not (ROOT / target).is_file():
            log.warning("%s: the link leads to no file: %s", source_of(here), match[2])
        return match[1] + posixpath.relpath(page_of(target), posixpath.dirname(here) or ".") + match[3]

    # Of the words behind ``` MkDocs takes one.
    return re.sub(r"^(```+\w+) .*$", r"\1", outside_blocks(markdown, lambda part: LINK.sub(moved, part)), flags=re.M)
