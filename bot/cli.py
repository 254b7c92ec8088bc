"""The command line. Exit codes: 0 fine, 1 failed, 2 wrong usage."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    # What people wrote is nobody else's: files made from here on are for this user alone.
    os.umask(0o077)
    # Imported late: a wrong option should not wait for the whole house.
    from bot.settings import BadSetting
    from knowledge.database import DatabaseUnavailable
    from knowledge.packs import PackError

    try:
        code: int = options.run(options)
        return code
    except BadSetting as problem:
        return _fail(f"A setting cannot be used:\n{problem}", 2)
    except (DatabaseUnavailable, PackError) as problem:
        return _fail(str(problem), 1)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 0


def _fail(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guidepost", description="A chat-bot help desk for digital-policy requests.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    serve = command("serve", "Start the desk: web page, channels, workers.", _serve)
    serve.add_argument(
        "--role", choices=["all", "web", "worker"], default="all", help="which part: web receives, worker answers"
    )
    chat = command("chat", "Talk to the desk in this terminal.", _chat)
    chat.add_argument("--as", dest="person", default="you", help="who is talking: another name is another person")
    ask = command("ask", "Route a text without opening anything.", _ask)
    what = ask.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", help="the text to route")
    what.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="one JSON object with `text` per line")
    ask.add_argument("--json", action="store_true", help="one JSON object per line")
    ask.add_argument("--explain", action="store_true", help="the decision as a person reads it")
    ask.add_argument("--now", type=_instant, help="the moment to count deadlines from (ISO 8601)")
    _knowledge(command("knowledge", "Import, export or check knowledge packs.", _knowledge_import))
    _evaluation(command("evaluate", "Measure how well labelled messages are routed.", _evaluate))
    tick = command("tick", "Do everything that is due at a moment.", _tick)
    tick.add_argument("--now", type=_instant, required=True, help="ISO 8601, for example 2027-01-31T10:00:00+00:00")
    tickets = command("tickets", "List tickets, those that wait for a person first.", _tickets)
    tickets.add_argument("--all", action="store_true", help="closed ones too")
    _examples(command("examples", "Review what the router may learn from.", _examples_list))
    _queue(command("outbox", "Look after messages that have not gone out.", _outbox_list), "message", _outbox_retry)
    _queue(command("inbox", "Look after events that were not answered.", _inbox_list), "event", _inbox_retry)
    _members(command("members", "See and let in the members of the desk.", _members_list))
    command("doctor", "Check settings, database, knowledge and channels.", _doctor)
    learn = command("learn", "Let the router learn from the knowledge; `serve` does it when needed.", _learn)
    learn.add_argument("--until-eof", action="store_true", help="stop when the standard input ends")
    demo = command("demo", "Fill an empty database with made-up tickets, to try the console.", _demo)
    demo.add_argument("--tickets", type=_number, default=500, metavar="N", help="how many (default 500)")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="another number makes other tickets")
    demo.add_argument("--add", action="store_true", help="also where there are tickets")
    command("migrate", "Bring the database to this version.", _migrate)
    command("version", "Print the version.", _version)
    return parser


def _knowledge(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, text, run in (
        ("import", "Take in a pack.", _knowledge_import),
        ("export", "Write the knowledge as a pack.", _knowledge_export),
        ("check", "Find what is wrong in a pack (default: the shipped one).", _knowledge_check),
    ):
        sub = actions.add_parser(name, help=text, description=text)
        sub.add_argument("folder", type=Path, nargs="?" if name == "check" else None, help="the folder of the pack")
        sub.set_defaults(run=run)


def _evaluation(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE", help="labelled messages: .jsonl, .csv or .yaml")
    add("--cross", nargs="?", type=int, const=5, metavar="FOLDS", help="ask the desk its own examples, learnt without")
    add(
        "--language",
        action="append",
        default=[],
        metavar="CODE",
        help="only this language; may be repeated. With --test: its language",
    )
    add("--wrong", type=int, default=10, metavar="N", help="show so many messages that went wrong (default 10)")
    add("--floor", action="append", type=_floor, default=[], metavar="NAME=VALUE", help="fail when a figure is worse")
    add("--compare", type=Path, metavar="OTHER.json", help="say what got better and worse since")
    add("--json", nargs="?", type=Path, const=True, metavar="FILE.json", help="write everything; alone, print it")
    add("--html", type=Path, metavar="FILE.html", help="write a page with plots")
    add("--examples", nargs="+", type=Path, metavar="TRAIN.csv", help="with --test: a set with labels of its own")
    add("--test", type=Path, metavar="TEST.csv", help="columns text,label, as in TRAIN; label oos = nothing fits")


def _floor(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like first=0.85") from None


def _examples(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    text = "List what waits for review, with what people wrote."
    listing = actions.add_parser("list", help=text, description=text)
    listing.add_argument("--all", action="store_true", help="those that were reviewed too")
    text = "Let the router learn from an example, unless the standing set gets worse."
    accept = actions.add_parser("accept", help=text, description=text)
    accept.add_argument("--text", metavar="WORDS", help="teach these words instead, so that nobody can be recognised")
    accept.add_argument("--check", action="store_true", help="only show what would become of the standing set")
    accept.add_argument("--standing", type=Path, metavar="FOLDER", help="the pack that holds the standing set")
    accept.set_defaults(run=_examples_accept)
    text = "Do not learn from an example, or take back one that was accepted."
    refuse = actions.add_parser("refuse", help=text, description=text)
    refuse.add_argument("--reason", required=True, help="why, for whoever reads the list later")
    refuse.set_defaults(run=_examples_refuse)
    for sub in (accept, refuse):
        sub.add_argument("id", type=int, metavar="ID", help="the number in the list")
        sub.add_argument("--by", metavar="NAME", help="who reviews (default: the user of this system)")


def _members(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    text = "List the members with their roles."
    actions.add_parser("list", help=text, description=text)
    text = "Print a link that makes an account, once."
    invite = actions.add_parser("invite", help=text, description=text)
    roles = ["coordinator", "editor", "administrator", "auditor"]
    invite.add_argument("--role", choices=roles, default="administrator", help="what for (default: administrator)")
    invite.set_defaults(run=_members_invite)
    text = "Print a link by which a member chooses a new password, once."
    reset = actions.add_parser("reset", help=text, description=text)
    reset.add_argument("member", metavar="ID", help="the number in the list, or the e-mail address")
    reset.add_argument("--second-factor", action="store_true", help="the link also removes lost second factors")
    reset.set_defaults(run=_members_reset)


def _queue(parser: argparse.ArgumentParser, noun: str, retry: Callable[[argparse.Namespace], int]) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    out = noun == "message"
    text = f"List what is unsettled, oldest first. What a {noun} says is not printed."
    listing = actions.add_parser("list", help=text, description=text)
    states = ["waiting", "uncertain", "dead", "dropped"] if out else ["waiting", "dead"]
    listing.add_argument("--state", choices=states, help="only these")
    listing.add_argument("--json", action="store_true", help="one JSON object per line")
    again = actions.add_parser("retry", help=f"Give a dead {noun} another round.")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", type=int, metavar="ID", help="the number in the list")
    which.add_argument("--all-dead", action="store_true", help="all that are dead")
    again.set_defaults(run=retry)
    if out:
        drop = actions.add_parser("drop", help="Set a message aside for good.")
        drop.add_argument("id", type=int, metavar="ID", help="the number in the list")
        drop.set_defaults(run=_outbox_drop)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no ISO 8601 moment, for example 2027-01-31T10:00:00+00:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 10_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of tickets")
    return int(text)


def _serve(options: argparse.Namespace) -> int:
    from bot.caretaking import serve

    return serve(options.role)


def _chat(options: argparse.Namespace) -> int:
    from bot.chatting import chat

    return chat(options.person)


def _ask(options: argparse.Namespace) -> int:
    from bot.asking import ask

    return ask(options)


def _evaluate(options: argparse.Namespace) -> int:
    from bot.evaluating import evaluate

    return evaluate(options)


def _knowledge_import(options: argparse.Namespace) -> int:
    from bot.caretaking import import_knowledge

    return import_knowledge(options.folder)


def _knowledge_export(options: argparse.Namespace) -> int:
    from bot.caretaking import export_knowledge

    return export_knowledge(options.folder)


def _knowledge_check(options: argparse.Namespace) -> int:
    from bot.caretaking import check_knowledge

    return check_knowledge(options.folder)


def _tick(options: argparse.Namespace) -> int:
    from bot.caretaking import tick

    return tick(options.now)


def _tickets(options: argparse.Namespace) -> int:
    from bot.caretaking import list_tickets

    return list_tickets(everything=options.all)


def _examples_list(options: argparse.Namespace) -> int:
    from bot.teaching import list_examples

    return list_examples(everything=options.all)


def _examples_accept(options: argparse.Namespace) -> int:
    from bot.teaching import accept_example

    return accept_example(options)


def _examples_refuse(options: argparse.Namespace) -> int:
    from bot.teaching import refuse_example

    return refuse_example(options.id, options.reason, options.by)


def _outbox_list(options: argparse.Namespace) -> int:
    from bot.queueing import list_outbox

    return list_outbox(options.state, as_json=options.json)


def _outbox_retry(options: argparse.Namespace) -> int:
    from bot.queueing import retry_outbox

    return retry_outbox(options.id)


def _outbox_drop(options: argparse.Namespace) -> int:
    from bot.queueing import drop_outbox

    return drop_outbox(options.id)


def _inbox_list(options: argparse.Namespace) -> int:
    from bot.queueing import list_inbox

    return list_inbox(options.state, as_json=options.json)


def _inbox_retry(options: argparse.Namespace) -> int:
    from bot.queueing import retry_inbox

    return retry_inbox(options.id)


def _members_list(options: argparse.Namespace) -> int:
    from bot.staffing import list_members

    return list_members()


def _members_invite(options: argparse.Namespace) -> int:
    from bot.staffing import invite_member

    return invite_member(options.role)


def _members_reset(options: argparse.Namespace) -> int:
    from bot.staffing import reset_member

    return reset_member(options.member, second_factor=options.second_factor)


def _doctor(options: argparse.Namespace) -> int:
    from bot.caretaking import doctor

    return doctor()


def _learn(options: argparse.Namespace) -> int:
    from bot.caretaking import learn

    return learn(until_eof=options.until_eof)


def _demo(options: argparse.Namespace) -> int:
    from bot.demonstrating import demonstrate

    return demonstrate(options)


def _migrate(options: argparse.Namespace) -> int:
    from bot.caretaking import migrate

    return migrate()


def _version(options: argparse.Namespace) -> int:
    print(f"guidepost {VERSION}")
    return 0
