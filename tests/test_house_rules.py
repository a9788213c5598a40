"""The rules of the house, and for each rule a planted offence that it must find.

A rule is a function: it is given the root of a checkout and yields one line per offence, which says
where, what, and what to do instead. The layers are those of docs/decisions/0003-house-rules.md.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("voice_gateway", "flows", "jobs", "bench", "tests")
PRODUCT = ("voice_gateway", "flows", "jobs")
MOST_LINES = 400

# Which of our modules may import a library. A name covers what is below it, save where it ends in "!".
LIBRARIES = {
    "flask": ("voice_gateway.web", "voice_gateway.doors"),
    "sqlalchemy": ("voice_gateway.store",),
    "alembic": ("voice_gateway.store",),
    "twilio": ("voice_gateway.wire", "voice_gateway.carrier", "voice_gateway.sandbox"),
    "rq": ("voice_gateway.doorbell", "jobs.clock", "jobs.worker"),
}

# Which of our packages a package may import.
FLOORS = {
    "voice_gateway.sandbox": ("voice_gateway.sandbox",),
    "voice_gateway.demo": ("voice_gateway", "flows"),
    "voice_gateway": ("voice_gateway", "flows"),
    "flows": ("flows",),
    "jobs": ("jobs", "flows", "voice_gateway"),
}
ONLY_FOR_THEMSELVES = ("voice_gateway.sandbox", "voice_gateway.demo")
MAY_KNOW_THE_SANDBOX = ("voice_gateway.sandbox", "voice_gateway.demo")

# Facts of a story, beside what a turn may order about them.
WITH_ORDERS = ("flows.climbing", "flows.promised", "flows.codes", "flows.answers", "flows.namesakes")
GROUND = ("flows", "flows.house", "flows.words", "flows.own_line", "flows.posts", *WITH_ORDERS, "flows.facts", "flows.verbs",
          "flows.orders")
SMALL_LAWS = ("flows.routing", "flows.escalation", "flows.identity", "flows.networks")
PLAIN_FACTS = ("flows.house", "flows.own_line", "flows.words", "flows.posts")
REACHES_OUT = frozenset(
    "asyncio calendar ctypes fcntl fileinput ftplib glob http imaplib io logging mmap multiprocessing os"
    " pathlib pickle platform poplib pty random sched secrets select selectors shelve shutil signal smtplib"
    " socket socketserver sqlite3 ssl subprocess sys syslog tempfile threading time urllib uuid webbrowser"
    " winreg xmlrpc zipfile".split()
)
ONLY_TO_FIND_STORIES = frozenset({"importlib", "pkgutil"})
READS_OR_WRITES = frozenset({"open", "print", "input", "exec", "eval", "compile", "breakpoint", "__import__"})

# Where a call, a text, or words on a network become rows: on a case's own number, with a grant, or with a code that asks for proof.
_KEEPS = "voice_gateway.store"
REACHES = {
    "LegRow": (f"{_KEEPS}.keep", f"{_KEEPS}.admit", f"{_KEEPS}.colleagues"),
    "MessageRow": (f"{_KEEPS}.keep_messages", f"{_KEEPS}.keep_identity", f"{_KEEPS}.threads", f"{_KEEPS}.alarms"),
    "PostRow": (f"{_KEEPS}.keep_answers", f"{_KEEPS}.keep_identity", f"{_KEEPS}.posts"),
}
NAMES_THAT_SAY_NOTHING = re.compile(r"(utils?|helpers?|misc|common|managers?)", re.IGNORECASE)
TOP_LEVEL = frozenset(
    "voice_gateway flows jobs tests bench docs run Procfile pyproject.toml README.md LICENSE Dockerfile"
    " compose.yaml requirements.txt requirements-test.txt .ci .github".split()
)
FIRST_COMMANDS = ["./run demo", "./run test"]
THE_ONE_REASON = "oracles absent"


@dataclass(frozen=True)
class Module:
    """One source file, by the name under which it is imported."""

    name: str
    path: Path
    tree: ast.Module
    is_package: bool

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[tuple[ast.stmt, str, str | None], ...]:
        """(statement, module, name taken from it), with relative names made absolute."""
        return tuple(
            (node, alias.name, None) if isinstance(node, ast.Import) else (node, self._absolute(node), alias.name)
            for node in self.nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        kept = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*kept, *([node.module] if node.module else [])])


def modules(root: Path, *packages: str) -> Iterator[Module]:
    for package in packages:
        yield from _modules_of(root, package)


@cache
def _modules_of(root: Path, package: str) -> tuple[Module, ...]:
    """Read once: every rule looks at the same files."""
    found = []
    for path in sorted((root / package).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found.append(Module(name, path, ast.parse(path.read_text("utf-8"), str(path)), is_package))
    return tuple(found)


def below(name: str, *packages: str) -> bool:
    return any(name == p.rstrip("!") or (not p.endswith("!") and name.startswith(f"{p}.")) for p in packages)


def targets(root: Path, module: Module) -> Iterator[tuple[ast.stmt, str, str | None]]:
    """Like `imports`, with `from package import module` told as the import of that module."""
    for node, source, taken in module.imports:
        path = root.joinpath(*source.split("."), taken or "")
        if taken and (path.with_suffix(".py").exists() or path.is_dir()):
            yield node, f"{source}.{taken}", None
        else:
            yield node, source, taken


# ---- who may import what ----


def libraries_stay_at_their_doors(root: Path) -> Iterator[str]:
    for module in modules(root, *PRODUCT):
        for node, source, _ in module.imports:
            library = source.partition(".")[0]
            allowed = LIBRARIES.get(library)
            if allowed and not below(module.name, *allowed):
                where = " and ".join(name.rstrip("!") for name in allowed)
                yield f"{module.at(node)} imports {library}, which only {where} may know"


def nobody_imports_a_floor_above(root: Path) -> Iterator[str]:
    for module in modules(root, *PRODUCT):
        floor = next(floor for floor in FLOORS if below(module.name, floor))
        for node, target, _ in targets(root, module):
            if target.partition(".")[0] in OURS and not below(target, *FLOORS[floor]):
                yield f"{module.at(node)} imports {target}; {floor} may import {' and '.join(FLOORS[floor])}"


def production_knows_no_sandbox(root: Path) -> Iterator[str]:
    for module in modules(root, *PRODUCT):
        for node, target, _ in targets(root, module):
            package = next((package for package in ONLY_FOR_THEMSELVES if below(target, package)), None)
            if package is None or below(module.name, package):
                continue
            if package == "voice_gateway.demo" or not below(module.name, *MAY_KNOW_THE_SANDBOX):
                yield f"{module.at(node)} imports {target}; start it with `python -m {package}` instead"


def stories_are_pure(root: Path) -> Iterator[str]:
    for module in modules(root, "flows"):
        for node, source, _ in module.imports:
            top = source.partition(".")[0]
            if top in OURS:
                continue
            if top not in sys.stdlib_module_names:
                yield f"{module.at(node)} imports {top}; stories need the standard library only"
            elif top in REACHES_OUT or (top in ONLY_TO_FIND_STORIES and not module.is_package):
                yield f"{module.at(node)} imports {top}; a story has no clock, no chance and no reach outside"
        for call in _calls(module):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if name in READS_OR_WRITES:
                yield f"{module.at(call)} calls {name}(); a story only yields what shall be said and done"


def stories_hand_over_by_passages(root: Path) -> Iterator[str]:
    """A story may go on in another one, at a passage of it that has a name; it takes nothing else from it."""
    for module in modules(root, "flows"):
        for node, target, taken in targets(root, module):
            if not below(target, "flows") or _may_tell_of(module.name, target):
                continue
            passages = _passages(root, target)
            used = {taken} if taken else _used_of(module, node, target)
            for name in sorted(used - passages) or ([] if passages else ["anything"]):
                yield (
                    f"{module.at(node)} takes {name} from {target}; of another story only a passage"
                    " (a public function) may be named"
                )


def _may_tell_of(name: str, target: str) -> bool:
    if name in (*PLAIN_FACTS, "flows.facts"):
        return name == "flows.facts" and target in (*PLAIN_FACTS, *WITH_ORDERS, "flows.identity.grant")
    if name in ("flows.verbs", "flows.orders"):
        return target in ("flows", "flows.facts", "flows.house", "flows.own_line", "flows.posts", *WITH_ORDERS)
    if name == "flows":
        return target in GROUND
    family = ".".join(name.split(".")[:2])
    return target in GROUND or below(target, family, *SMALL_LAWS)


def _passages(root: Path, story: str) -> set[str]:
    place = root.joinpath(*story.split("."))
    path = next((each for each in (place.with_suffix(".py"), place / "__init__.py") if each.exists()), None)
    body = ast.parse(path.read_text("utf-8")).body if path else []
    return {node.name for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


def _used_of(module: Module, node: ast.stmt, target: str) -> set[str]:
    """The names that a module takes, with a dot, from another that it imported whole."""
    aliases = {
        alias.asname or alias.name
        for alias in getattr(node, "names", [])
        if alias.name in (target, target.rpartition(".")[2])
    }
    return {
        used.attr
        for used in module.nodes
        if isinstance(used, ast.Attribute) and ast.unparse(used.value) in aliases
    }


def web_doors_never_reach_the_carriers_client(root: Path) -> Iterator[str]:
    """Follows chains of imports: `twilio.rest` costs a web worker some 30 MB and half a second."""
    everything = {module.name: module for module in modules(root, "voice_gateway", "flows")}
    todo = {name: [name] for name in everything if below(name, "voice_gateway!", "voice_gateway.doors")}
    seen = set(todo)
    while todo:
        name, chain = todo.popitem()
        for _, source, taken in everything[name].imports:
            if below(source, "twilio.rest") or (source, taken) == ("twilio", "rest"):
                yield f"{chain[0]} reaches twilio.rest: {' -> '.join(chain)}"
            full = f"{source}.{taken}" if taken else source
            parents = [full.rsplit(".", cut)[0] if cut else full for cut in range(full.count(".") + 1)]
            for target in parents:
                if target in everything and target not in seen:
                    seen.add(target)
                    todo[target] = [*chain, target]


def imports_stand_at_the_top(root: Path) -> Iterator[str]:
    for module in modules(root, *OURS):
        for function in module.nodes:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        yield f"{module.at(node)} imports within {function.name}(); move it to the top"


# ---- time ----


def there_is_one_clock(root: Path) -> Iterator[str]:
    for module in modules(root, *PRODUCT):
        if below(module.name, "voice_gateway.clock", "voice_gateway.sandbox"):
            continue
        for node, source, taken in module.imports:
            if source == "time" and taken in ("time", "time_ns", "localtime", "gmtime"):
                yield f"{module.at(node)} imports time.{taken}; ask voice_gateway.clock"
        for call in _calls(module):
            whose, _, what = ast.unparse(call.func).rpartition(".")
            reads = what in ("now", "utcnow", "today") and not whose.endswith("clock") and whose
            if reads or (whose == "time" and what in ("time", "time_ns", "localtime", "gmtime")):
                yield f"{module.at(call)} reads {whose}.{what}(); ask voice_gateway.clock"


def nobody_is_reached_but_where_leave_is_looked_for(root: Path) -> Iterator[str]:
    """A call, a text or a post of ours is a row first. Rows are written only where it is sure whom they may reach."""
    for module in modules(root, "voice_gateway", "jobs"):
        for call in _calls(module):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            what = ast.unparse(call.args[0]) if call.args else ""
            if name == "insert" and what in REACHES and not below(module.name, *REACHES[what]):
                yield f"{module.at(call)} writes a {what}; order it in a story, so that leave is looked for"
            elif name == "RouteGrant" and not below(module.name, "voice_gateway.store.identity.grants"):
                yield f"{module.at(call)} makes a RouteGrant; resolve_for_route() alone does"


def no_test_sleeps(root: Path) -> Iterator[str]:
    for module in modules(root, "tests"):
        for node, source, taken in module.imports:
            if (source, taken) == ("time", "sleep"):
                yield f"{module.at(node)} imports sleep; turn the clock's hands, or wait for the thing itself"
        for call in _calls(module):
            if ast.unparse(call.func) in ("time.sleep", "asyncio.sleep"):
                yield f"{module.at(call)} sleeps; turn the clock's hands, or wait for the thing itself"


def no_test_is_left_out(root: Path) -> Iterator[str]:
    for module in modules(root, "tests"):
        excused = {
            id(call.func)
            for call in _calls(module)
            if any(isinstance(n, ast.Constant) and n.value == THE_ONE_REASON for n in ast.walk(call))
        }
        for node in module.nodes:
            if not isinstance(node, ast.Attribute) or id(node) in excused:
                continue
            if node.attr in ("skip", "skipif", "xfail", "importorskip") and "pytest" in ast.unparse(node):
                yield f'{module.at(node)} uses {node.attr}; the only reason known here is "{THE_ONE_REASON}"'


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in module.nodes if isinstance(node, ast.Call))


# ---- names, sizes, words ----


def names_say_what_a_thing_is(root: Path) -> Iterator[str]:
    for module in modules(root, *OURS):
        if NAMES_THAT_SAY_NOTHING.fullmatch(module.name.rpartition(".")[2]):
            yield f"{module.name} says nothing of what is in it; name it for its noun or its story"
        for node in module.nodes:
            if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Utils?)$", node.name):
                yield f"{module.at(node)} {node.name}: name the class for what it is"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and re.match("_*handle_", node.name):
                yield f"{module.at(node)} {node.name}(): name the function for what it does"


def every_module_says_what_it_is_for(root: Path) -> Iterator[str]:
    for module in modules(root, *OURS):
        if not (ast.get_docstring(module.tree) or "").strip():
            yield f"{module.name} has no docstring; say in plain words what it is for"


def files_are_one_noun_or_one_story(root: Path) -> Iterator[str]:
    for module in modules(root, *PRODUCT, "bench"):
        lines = len(module.path.read_text("utf-8").splitlines())
        if lines > MOST_LINES and "migrations" not in module.path.parts:
            yield f"{module.name} has {lines} lines, over {MOST_LINES}; which two things is it?"


# ---- the front door ----


def the_readme_begins_with_two_commands(root: Path) -> Iterator[str]:
    block = re.search(r"^```\w*\n(.*?)^```", (root / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    lines = block.group(1).splitlines() if block else []
    commands = [line.partition("#")[0].strip() for line in lines]
    if commands != FIRST_COMMANDS:
        yield f"README.md: the first code block is {commands}; it must be {FIRST_COMMANDS}"


def the_lock_is_hashed_and_names_no_host(root: Path) -> Iterator[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    for lock in sorted((root / "tests").glob("*/*/package-lock.json")):
        if "://" in lock.read_text("utf-8"):
            yield f"{lock.relative_to(root)} names a host; take out its funding, and make it with omit-lockfile-registry-resolved"
    runtime = project["project"]["dependencies"]
    extras = project["project"].get("optional-dependencies", {}).values()
    everything = [*runtime, *project["dependency-groups"]["test"], *(name for extra in extras for name in extra)]
    for name, wanted in (("requirements.txt", runtime), ("requirements-test.txt", everything)):
        text = (root / name).read_text("utf-8")
        if "://" in text or re.search(r"^\s*-", re.sub(r"^\s+--hash=.*$", "", text, flags=re.M), re.M):
            yield f"{name} names a host or an option; make it again as pyproject.toml says"
        parts = (part.partition("==") for part in re.split(r"^(?=[\w.-]+==)", text, flags=re.M) if part)
        locked = {package: rest for package, _, rest in parts}
        for package, rest in locked.items():
            if "--hash=sha256:" not in rest:
                yield f"{name}: {package} has no hash; make the lock again as pyproject.toml says"
        for requirement in wanted:
            package = re.match(r"[\w.-]+", requirement)
            if package and package.group().lower().replace("_", "-") not in locked:
                yield f"{name} lacks {package.group()}; make the lock again as pyproject.toml says"


def the_top_level_holds_what_a_newcomer_needs(root: Path) -> Iterator[str]:
    for name in sorted(_top_level(root)):
        a_tools_file = name.startswith(".") and (root / name).is_file()
        if name not in TOP_LEVEL and not a_tools_file:
            yield f"{name} does not belong at the top level; put it where its floor is"


def _top_level(root: Path) -> set[str]:
    """What is kept under version control; everything there is, where nothing is."""
    if not (root / ".git").exists():
        return {path.name for path in root.iterdir()}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    return {name.partition("/")[0] for name in listed.stdout.split("\0") if name}


# ---- each rule on our own house, and on a planted offence ----

A_LOCK = "flask==3 \\\n    --hash=sha256:00\n"
A_PROJECT = '[project]\ndependencies = ["flask"]\n[dependency-groups]\ntest = ["pytest"]\n'
A_STORY = "LIMIT = 3\ndef first(call): ...\ndef second(call): ...\ndef _inner(call): ...\n"

PLANTED: list[tuple[Callable[[Path], Iterator[str]], dict[str, str], str | None]] = [
    (libraries_stay_at_their_doors, {"voice_gateway/turn.py": "import flask"}, "turn:1 imports flask"),
    (libraries_stay_at_their_doors, {"voice_gateway/doors/desk.py": "import flask"}, None),
    (libraries_stay_at_their_doors, {"voice_gateway/web.py": "from flask import Flask"}, None),
    (libraries_stay_at_their_doors, {"jobs/climb.py": "from rq import Queue"}, "only voice_gateway.doorbell and"),
    (libraries_stay_at_their_doors, {"jobs/clock.py": "import rq"}, None),
    (libraries_stay_at_their_doors, {"voice_gateway/commands.py": "from alembic import command"}, "alembic"),
    (libraries_stay_at_their_doors, {"jobs/climb.py": "from twilio.rest import Client"}, "imports twilio"),
    (nobody_imports_a_floor_above, {"voice_gateway/turn.py": "from jobs.climb import climb"}, "imports jobs.climb"),
    (nobody_imports_a_floor_above, {"flows/a.py": "import voice_gateway.clock"}, "flows may import flows"),
    (nobody_imports_a_floor_above, {"voice_gateway/sandbox/a.py": "from voice_gateway import clock"}, "a:1 imports voice_gateway"),
    (nobody_imports_a_floor_above, {"voice_gateway/sandbox/a.py": "from .. import clock"}, "imports voice_gateway"),
    (nobody_imports_a_floor_above, {"voice_gateway/sandbox/a.py": "from . import b"}, None),
    (nobody_imports_a_floor_above, {"jobs/a.py": "from tests import servers"}, "imports tests"),
    (production_knows_no_sandbox, {"jobs/a.py": "from voice_gateway.sandbox.phones import P"}, "python -m"),
    (
        production_knows_no_sandbox,
        {"jobs/a.py": "from voice_gateway import sandbox", "voice_gateway/sandbox/__init__.py": ""},
        "imports voice_gateway.sandbox",
    ),
    (production_knows_no_sandbox, {"voice_gateway/commands.py": "import voice_gateway.demo"}, "python -m"),
    (production_knows_no_sandbox, {"voice_gateway/sandbox/a.py": "import voice_gateway.demo"}, "python -m"),
    (production_knows_no_sandbox, {"voice_gateway/demo/a.py": "import voice_gateway.sandbox.phones"}, None),
    (stories_are_pure, {"flows/a.py": "import random"}, "no clock, no chance"),
    (stories_are_pure, {"flows/a.py": "from importlib import import_module"}, "importlib"),
    (stories_are_pure, {"flows/a.py": "import phonenumbers"}, "standard library only"),
    (stories_are_pure, {"flows/a.py": "print('hello')"}, "calls print()"),
    (stories_are_pure, {"flows/a.py": "from datetime import datetime, timedelta"}, None),
    (stories_hand_over_by_passages, {"flows/facts.py": "from flows.verbs import Say"}, "facts:1 takes Say"),
    (stories_hand_over_by_passages, {"flows/verbs.py": "from flows import Turn"}, None),
    (
        stories_hand_over_by_passages,
        {"flows/a.py": "from flows import b\nb.LIMIT", "flows/b.py": A_STORY},
        "a:1 takes LIMIT from flows.b",
    ),
    (
        stories_hand_over_by_passages,
        {"flows/a.py": "from flows.b import _inner", "flows/b.py": A_STORY},
        "a:1 takes _inner from flows.b",
    ),
    (
        stories_hand_over_by_passages,
        {"flows/a.py": "from flows import b\nb.second(call)", "flows/b.py": A_STORY},
        None,
    ),
    (stories_hand_over_by_passages, {"flows/a.py": "from flows.routing import longest_idle"}, None),
    (
        web_doors_never_reach_the_carriers_client,
        {
            "voice_gateway/doors/desk.py": "from voice_gateway import ring",
            "voice_gateway/ring.py": "from twilio.rest import Client",
        },
        "voice_gateway.doors.desk -> voice_gateway.ring",
    ),
    (web_doors_never_reach_the_carriers_client, {"voice_gateway/carrier.py": "import twilio.rest"}, None),
    (imports_stand_at_the_top, {"jobs/a.py": "def f():\n    import json"}, "a:2 imports within f()"),
    (there_is_one_clock, {"jobs/a.py": "from datetime import datetime\ndatetime.now()"}, "a:2 reads datetime.now"),
    (there_is_one_clock, {"jobs/a.py": "import time\ntime.time()"}, "reads time.time()"),
    (there_is_one_clock, {"jobs/a.py": "from time import time"}, "imports time.time"),
    (there_is_one_clock, {"voice_gateway/store/a.py": "select(func.now())"}, "reads func.now()"),
    (there_is_one_clock, {"jobs/a.py": "from voice_gateway import clock\nclock.now()"}, None),
    (there_is_one_clock, {"voice_gateway/clock.py": "datetime.now(UTC)"}, None),
    (nobody_is_reached_but_where_leave_is_looked_for, {"jobs/a.py": "insert(MessageRow)"}, "a:1 writes a MessageRow"),
    (nobody_is_reached_but_where_leave_is_looked_for, {"voice_gateway/turn.py": "RouteGrant(1)"}, "makes a RouteGrant"),
    (nobody_is_reached_but_where_leave_is_looked_for, {"voice_gateway/store/keep.py": "insert(LegRow)"}, None),
    (no_test_sleeps, {"tests/test_a.py": "import time\ntime.sleep(1)"}, "test_a:2 sleeps"),
    (no_test_sleeps, {"tests/test_a.py": "from time import sleep"}, "imports sleep"),
    (no_test_is_left_out, {"tests/test_a.py": "@pytest.mark.xfail\ndef test_a(): ..."}, "uses xfail"),
    (no_test_is_left_out, {"tests/test_a.py": "pytest.skip('slow')"}, "uses skip"),
    (no_test_is_left_out, {"tests/test_a.py": "pytest.mark.skipif(gone, reason='oracles absent')"}, None),
    (names_say_what_a_thing_is, {"jobs/utils.py": ""}, "jobs.utils says nothing"),
    (names_say_what_a_thing_is, {"jobs/common/__init__.py": ""}, "jobs.common says nothing"),
    (names_say_what_a_thing_is, {"jobs/a.py": "class CallManager: ..."}, "CallManager"),
    (names_say_what_a_thing_is, {"jobs/a.py": "def handle_call(): ..."}, "handle_call()"),
    (names_say_what_a_thing_is, {"flows/page_manager.py": "def manager(): ..."}, None),
    (every_module_says_what_it_is_for, {"bench/a.py": "x = 1"}, "bench.a has no docstring"),
    (files_are_one_noun_or_one_story, {"jobs/a.py": "x = 1\n" * 401}, "jobs.a has 401 lines"),
    (files_are_one_noun_or_one_story, {"jobs/a.py": "x = 1\n" * 400}, None),
    (files_are_one_noun_or_one_story, {"voice_gateway/store/migrations/a.py": "x = 1\n" * 401}, None),
    (the_readme_begins_with_two_commands, {"README.md": "# Hi\n```sh\nmake\n```\n"}, "the first code block is"),
    (the_readme_begins_with_two_commands, {"README.md": "Hi\n```\n./run demo  # go\n./run test\n```\n"}, None),
    (
        the_lock_is_hashed_and_names_no_host,
        {"pyproject.toml": A_PROJECT, "requirements.txt": A_LOCK, "requirements-test.txt": A_LOCK},
        "requirements-test.txt lacks pytest",
    ),
    (
        the_lock_is_hashed_and_names_no_host,
        {"pyproject.toml": A_PROJECT, "requirements.txt": "flask==3\n", "requirements-test.txt": A_LOCK},
        "requirements.txt: flask has no hash",
    ),
    (
        the_lock_is_hashed_and_names_no_host,
        {"pyproject.toml": A_PROJECT, "requirements.txt": f"-i there\n{A_LOCK}", "requirements-test.txt": A_LOCK},
        "requirements.txt names a host",
    ),
    (
        the_lock_is_hashed_and_names_no_host,
        {"pyproject.toml": A_PROJECT, "requirements.txt": A_LOCK, "requirements-test.txt": A_LOCK,
         "tests/a/b/package-lock.json": '{"funding": "https://give.example"}'},
        "package-lock.json names a host",
    ),
    (the_top_level_holds_what_a_newcomer_needs, {"scripts/a.sh": ""}, "scripts does not belong"),
    (the_top_level_holds_what_a_newcomer_needs, {"run": "", ".gitignore": "", "docs/a.md": ""}, None),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in PLANTED))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_house_keeps_the_rule(rule):
    offences = list(rule(ROOT))
    assert not offences, "\n".join(["", *offences])


@pytest.mark.parametrize(
    "rule,files,found", PLANTED, ids=[f"{rule.__name__}-{n}" for n, (rule, _, _) in enumerate(PLANTED)]
)
def test_the_rule_finds_what_offends_and_nothing_else(rule, files, found, tmp_path):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    offences = "\n".join(rule(tmp_path))
    assert found in offences if found else not offences, offences


def test_every_rule_was_seen_to_find_something():
    assert {rule for rule, _, found in PLANTED if found} == set(RULES)


# ---- what only a running Python can tell ----


def imported_after(source: str) -> set[str]:
    tell = f"import sys\n{source}\nprint(*sys.modules)"
    python = subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True, check=False)
    assert python.returncode == 0, python.stderr
    return set(python.stdout.splitlines()[-1].split())


def test_to_import_the_house_imports_no_client_of_the_carrier():
    assert "twilio.rest" not in imported_after("import voice_gateway")


def test_a_web_process_imports_no_client_of_the_carrier(tmp_path):
    assert "twilio.rest" not in imported_after(f"""
from voice_gateway.web import create_app
from voice_gateway.gateway import open_gateway
from voice_gateway.settings import Settings
from voice_gateway.store import migrate
settings = Settings(
    twilio_account_sid="AC" + "0" * 32,
    twilio_auth_token="of a test",
    public_base_url="https://calls.example.com",
    secret_key="of a test, at least sixteen",
    database_url=None,
    data_dir={str(tmp_path)!r},
)
gateway = open_gateway(settings)
migrate.upgrade(gateway.store)
create_app(settings, gateway)
gateway.store.close()
""")


def test_this_test_would_notice():
    assert "twilio.rest" in imported_after("import twilio.rest")
