"""`wirecheck evidence`: a sealed package of one check or one case, and whether such a package still holds together."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from cli.evidence_files import MOST_PACKAGE, Outputs, bytes_of, may_write, memory, report_file, stamp_file, written
from cli.evidence_made import Maker, of_case, of_check, rulebook
from cli.exit_codes import ExitCode, Failure, guarded
from cli.occasion import At, Channel, Own, PolicyOption, Site, Territory, occasion_of, policy_file, policy_of
from cli.options import IndexOption, ShowFormat
from cli.terminal import ready, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.bundle.verify import Check

evidence = typer.Typer(
    name="evidence",
    help="Make evidence of a check or a case that others can check again, and check it.",
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)

Out = Annotated[Path, typer.Option("--out", "-o", metavar="FILE.zip", help="Write the package to this file.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who makes it.", show_default=False)]
MadeAt = Annotated[
    str, typer.Option("--made", metavar="TIME", help="When it is made, ISO 8601; default: now.", show_default=False)
]
PdfOut = Annotated[
    Path | None,
    typer.Option("--pdf", metavar="FILE.pdf", help="Write a report for people to this file, too.", show_default=False),
]
StampUrl = Annotated[
    str,
    typer.Option(
        "--timestamp", metavar="URL", help="Ask this authority for a time-stamp (RFC 3161).", show_default=False
    ),
]
Package = Annotated[Path, typer.Argument(metavar="FILE.zip", help="The package.")]


def check(
    draft: Annotated[Path, typer.Argument(metavar="DRAFT", help="The file to check; it holds one text.")],
    out: Out,
    index: IndexOption = "",
    policy: PolicyOption = None,
    channel: Channel = "",
    territory: Territory = "",
    site: Site = "",
    own: Own = None,
    at: At = "",
    by: By = "",
    made: MadeAt = "",
    pdf: PdfOut = None,
    timestamp: StampUrl = "",
) -> ExitCode:
    """Check a file, and write all that is needed to check it again into a sealed package.

    In it are the file byte for byte, its text, the stories that its passages stand in, both sides of every passage with
    their offsets, the policy, and a manifest with the SHA-256 of each. Two runs with the same --at and --made write the
    same bytes. The seal, one line, is written to standard output: keep it where nobody can change it.

    Exit code: 0 when all was written, whatever was found; 2 when not.

    Example:

        wirecheck evidence check page.html --site wick.example --out evidence.zip --by "R. Lindqvist"
    """
    to = Outputs(out, pdf, timestamp)
    may_write(to, draft, *filter(None, [policy_file(policy)]))
    rules = policy_of(policy)
    occasion = occasion_of(rules, at, channel, territory, site, own)
    return written(of_check(draft, index, occasion, rulebook(policy, rules), Maker(by, made)), to)


def case(
    audit: Annotated[Path, typer.Argument(metavar="CASES", help="The folder of an audit.")],
    id: Annotated[str, typer.Argument(metavar="ID", help="The case, as cases.csv names it.")],
    out: Out,
    index: IndexOption = "",
    policy: PolicyOption = None,
    by: By = "",
    made: MadeAt = "",
    pdf: PdfOut = None,
    timestamp: StampUrl = "",
) -> ExitCode:
    """Write all that is needed to check a case of an audit again into a sealed package.

    In it are the pages byte for byte as they lay in the archive, and besides what a check has the decisions on the
    case. The index is asked for the stories' texts, and the policy must be the one that the audit was judged under.

    Exit code: 0 when all was written; 2 when not.

    Example:

        wirecheck evidence case CASES 3f0c2a917b44 --out case.zip --by "R. Lindqvist"
    """
    to = Outputs(out, pdf, timestamp)
    may_write(to, *filter(None, [policy_file(policy)]), audit=audit)
    return written(of_case(audit, id, index, rulebook(policy, policy_of(policy)), Maker(by, made)), to)


def verify(
    package: Package,
    seal: Annotated[
        str, typer.Option("--seal", metavar="HEX", help="The seal as you know it from elsewhere.", show_default=False)
    ] = "",
    roots: Annotated[
        Path | None,
        typer.Option("--roots", metavar="PEM", help="Whom you trust with time-stamps.", show_default=False),
    ] = None,
    format: Annotated[ShowFormat, typer.Option("--format", "-f", help="How to write the checks.")] = ShowFormat.TEXT,
) -> ExitCode:
    """Check a package from itself alone: every digest, every quotation, and the match run again.

    Neither an index nor a policy nor a network is needed. Whoever rewrites the whole package can make its digests and
    its seal fit; only a seal that you know from elsewhere, or a time-stamp, finds that out.

    Exit code: 0 when all is as it should be; 2 when anything is not, or it could not be read.

    Example:

        wirecheck evidence verify evidence.zip --seal 3f0c...
    """
    from checker.bundle.stamp import roots_of
    from checker.bundle.verify import Verification
    from checker.write import tool

    if seal and (len(seal.strip()) != 64 or set(seal.strip().lower()) - set("0123456789abcdef")):
        raise Failure("--seal takes the 64 hexadecimal digits of a seal.")
    raw = bytes_of(package, MOST_PACKAGE)
    trusted = roots_of(bytes_of(roots)) if roots else []
    with TemporaryDirectory(prefix="wirecheck-") as folder:
        checks = list(Verification(raw, memory, Path(folder), tool(), seal, trusted).checks())
    return _told(checks, format, proven=bool(seal or roots))


def _told(checks: Sequence[Check], format: ShowFormat, *, proven: bool) -> ExitCode:
    """Write the checks, and what they come to."""
    from checker.reports.show import one_line

    good = all(one.ok for one in checks)
    ready(sys.stdout)
    if format is ShowFormat.JSON:
        write(json.dumps([{"name": one.name, "ok": one.ok, "sentence": one.sentence} for one in checks], indent=2))
        return ExitCode.CLEAR if good else ExitCode.FAILED
    for one in checks:
        write(one_line(f"{'ok    ' if one.ok else 'NOT OK'}  {one.name}: {one.sentence}"))
    if not good:
        write("This evidence does not hold together; do not rely on it.")
    else:
        write("The evidence holds together." + ("" if proven else " What that does not prove is said at the seal."))
    return ExitCode.CLEAR if good else ExitCode.FAILED


def timestamp(
    package: Package,
    authority: Annotated[str, typer.Option("--authority", metavar="URL", help="Where to ask for it (RFC 3161).")],
) -> ExitCode:
    """Ask an authority for a time-stamp over a package's manifest, and put it into the package.

    The authority is sent the SHA-256 of the manifest and nothing else. The seal stays what it is. Of all
    commands this one and --timestamp alone ask the network.

    Exit code: 0 when it is in the package; 2 when not, and then the package is as it was.

    Example:

        wirecheck evidence timestamp evidence.zip --authority https://tsa.example/tsr
    """
    return stamp_file(package, authority)


def report(
    package: Package,
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FILE.pdf", help="Write the report to this file.")],
) -> ExitCode:
    """Write the report for people of a package that holds together.

    It is the same that --pdf writes when a package is made; whoever was sent a package can print it.

    Exit code: 0 when it was written; 2 when not.

    Example:

        wirecheck evidence report evidence.zip --pdf evidence.pdf
    """
    return report_file(package, pdf)


evidence.command("check")(guarded(check))
evidence.command("case")(guarded(case))
evidence.command("verify")(guarded(verify))
evidence.command("timestamp")(guarded(timestamp))
evidence.command("report")(guarded(report))
