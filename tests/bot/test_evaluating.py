"""`guidepost evaluate` on a small desk: what an editor reads, and what happens with files that cannot be used."""

import argparse
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from bot import cli
from bot.evaluating import Desk, evaluate
from routing.catalogue import Catalogue
from routing.decision import Context
from tests.evaluation.small_desk import CONFUSED, SMALL

Evaluating = Callable[..., int]


@pytest.fixture
def evaluating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluating:
    """Runs `guidepost evaluate` with the small desk, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return _evaluating(SMALL)


def _evaluating(catalogue: Catalogue) -> Evaluating:
    desk = Desk(catalogue, Context(), lambda text: None)

    def run(*arguments: str) -> int:
        options: argparse.Namespace = cli._parser().parse_args(["evaluate", *arguments])
        return evaluate(options, lambda: nullcontext(desk))

    return run


def lines(name: str, *rows: dict[str, object]) -> str:
    Path(name).write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return name


RIGHT = {"text": "somebody copied my photos", "want": ["copyright"]}
WRONG = {"text": "our domain name has expired", "want": ["encryption"]}
THREAT = {"text": "he says he will kill me tonight", "want": ["threat-to-life"]}


def test_figures_and_mistakes_are_printed(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluating(lines("en.jsonl", RIGHT, WRONG, THREAT)) == 0
    out = capsys.readouterr().out
    assert "first            50.0 %  of     2" in out
    assert "crises_found    100.0 %  of     1" in out
    assert "encryption: domains 1" in out
    assert "our domain name has expired" in out and "wanted encryption, got domains" in out
    assert "calibration" in out


def test_the_file_name_gives_the_language(evaluating: Evaluating) -> None:
    french = {"text": "notre nom de domaine a expiré", "want": ["domains"], "language": "fr"}
    evaluating(lines("en.jsonl", RIGHT, french), "--json", "out.json")
    assert set(json.loads(Path("out.json").read_text())["languages"]) == {"en", "fr"}


def test_only_the_language_asked_for_counts(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    files = lines("en.jsonl", RIGHT, WRONG), lines("fr.jsonl", {"text": "mes photos", "want": ["copyright"]})
    assert evaluating(*files, "--language", "fr") == 0
    assert capsys.readouterr().out.startswith("1 message\n")
    assert evaluating(*files, "--language", "xx") == 2


def test_a_table_may_come_from_a_spreadsheet(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.csv").write_bytes('\ufefftext;label\r\n"somebody; copied\r\nmy photos";copyright\r\nblah;oos\r\n'.encode())
    assert evaluating("a.csv") == 0
    assert capsys.readouterr().out.startswith("2 messages")


def test_lists_of_requests_are_read(evaluating: Evaluating) -> None:
    Path("a.yaml").write_text(
        """requests:
- {text: somebody copied my photos, lang: en, kind: help, urgency: normal, expected_issue: copyright,
   also_ok_issues: [domains], acceptable_practice_ids: [takedown-guide], needs_clarification: false}
- {text: he says he will kill me tonight, lang: en, kind: help, urgency: crisis, expected_issue: encryption}
- {text: it happened again, lang: en, kind: help, urgency: normal, expected_issue: null, needs_clarification: true}
- {text: buy cheap watches, lang: en, kind: spam}
"""
    )
    assert evaluating("a.yaml", "--json", "out.json") == 0
    report = json.loads(Path("out.json").read_text())
    assert {name: group["messages"] for name, group in report["kinds"].items()} == {
        "help": 2,
        "unwanted": 1,
        "vague": 1,
    }
    assert report["overall"]["counted"]["crises_found"] == report["overall"]["counted"]["useful"] == 1
    assert report["messages"][0]["want"] == ["copyright", "domains"]


def test_requests_may_be_short_lines_by_language(evaluating: Evaluating) -> None:
    Path("a.yaml").write_text(
        "en:\n- my photos => copyright domains => takedown-guide\nfr:\n- mes photos => copyright\n"
    )
    assert evaluating("a.yaml", "--json", "out.json") == 0
    report = json.loads(Path("out.json").read_text())
    assert [one["want"] for one in report["messages"]] == [["copyright", "domains"], ["copyright"]]
    assert set(report["languages"]) == {"en", "fr"}


def test_a_short_line_says_whether_it_is_an_emergency(evaluating: Evaluating) -> None:
    Path("a.yaml").write_text(
        "en:\n- my photos => copyright => => crisis\n- my song => copyright => => either\n- my text => copyright\n"
    )
    assert evaluating("a.yaml", "--json", "out.json") == 0
    counted = json.loads(Path("out.json").read_text())["overall"]["counted"]
    assert (counted["crises_found"], counted["crises_false"]) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.jsonl", b'{"text": "a", "want": ["copyright"]}\n{"text": ', "line 2"),
        ("a.jsonl", b'{"want": ["copyright"]}', "line 1: there is no text"),
        ("a.jsonl", b'["a"]', "line 1: there is no text"),
        ("a.jsonl", b'{"text": "a"}', "nothing is wanted"),
        ("a.jsonl", b'{"text": "a", "kind": "question"}', "There are help, crisis"),
        ("a.jsonl", b"\n\n", "holds no messages"),
        ("a.jsonl", b'{"text": "a", "want": ["who-knows"]}', "knows none of the topics"),
        ("a.jsonl", "{}".encode("utf-16"), "choose UTF-8"),
        ("a.csv", b"question,answer\na,b", "text and label are needed"),
        ("a.csv", b"text,label\na,", "line 2: nothing is wanted"),
        ("a.yaml", b"requests: {a: b", "is no yaml file"),
        ("a.yaml", b"topics: a", "a list of requests is needed"),
        ("a.yaml", b"en: [a]", "en 1: nothing is wanted"),
        ("a.xlsx", b"PK", "name it .jsonl, .csv or .yaml"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    evaluating: Evaluating, capsys: pytest.CaptureFixture[str], name: str, content: bytes, advice: str
) -> None:
    Path(name).write_bytes(content)
    assert evaluating(name) == 2
    err = capsys.readouterr().err
    assert name in err or "these files" in err
    assert advice in err


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        ([], "--cross"),
        (["a.jsonl", "--cross"], "--cross"),
        (["--cross", "1"], "two folds"),
        (["none.jsonl"], "cannot be read"),
        (["."], "name it .jsonl"),
        (["a.jsonl", "--json", "a.jsonl"], "with .json at its end"),
        (["a.jsonl", "--html", "page.json"], "with .html at its end"),
        (["a.jsonl", "--html", "nowhere/page.html"], "cannot be written"),
        (["a.jsonl", "--compare", "a.jsonl"], "cannot be compared with"),
        (["a.jsonl", "--floor", "beauty=1"], "no such figure"),
        (["a.jsonl", "--floor", "first.sw=1"], "no messages are of that group"),
        (["--cross", "--language", "xx"], "no examples in that language"),
        (["--examples", "a.csv"], "belong together"),
        (["--examples", "a.csv", "--test", "a.csv"], "cannot be read"),
        (["--examples", "a.csv", "--test", "a.csv", "--language", "en", "--language", "fr"], "is in one language"),
    ],
)
def test_wrong_usage_is_explained(
    evaluating: Evaluating, capsys: pytest.CaptureFixture[str], arguments: list[str], advice: str
) -> None:
    lines("a.jsonl", RIGHT)
    assert evaluating(*arguments) == 2
    assert advice in capsys.readouterr().err
    assert json.loads(Path("a.jsonl").read_text()) == RIGHT


def test_a_misspelt_topic_is_pointed_out(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluating(lines("a.jsonl", RIGHT, {"text": "a", "want": ["copyrihgt"]})) == 0
    assert "copyrihgt is not known here; is it copyright?" in capsys.readouterr().err


def test_a_figure_below_its_floor_fails(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    file = lines("en.jsonl", RIGHT, WRONG)
    assert evaluating(file, "--floor", "first=0.5", "--floor", "first.en=0.5") == 0
    assert evaluating(file, "--floor", "first=0.6") == 1
    assert "first is 0.5; it may be 0.6 at the least." in capsys.readouterr().err


def test_a_floor_of_what_should_be_rare_is_a_ceiling(evaluating: Evaluating) -> None:
    texts = ("he says he will kill me tonight", "somebody copied my photos")
    file = lines("en.jsonl", *({"text": text, "kind": "calm"} for text in texts))
    assert evaluating(file, "--floor", "crises_false=0.4") == 1
    assert evaluating(file, "--floor", "crises_false=0.5") == 0


def test_a_floor_nothing_counts_for_fails(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluating(lines("en.jsonl", RIGHT), "--floor", "crises_found=0.9") == 1
    assert "no messages to count" in capsys.readouterr().err


def test_comparing_tells_better_from_worse(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    file = lines("en.jsonl", RIGHT, WRONG)
    evaluating(file, "--json", "before.json")
    earlier = json.loads(Path("before.json").read_text())
    earlier["messages"][0]["right"], earlier["overall"]["figures"]["first"] = False, 0.0
    Path("before.json").write_text(json.dumps(earlier))
    capsys.readouterr()
    assert evaluating(file, "--compare", "before.json", "--html", "page.html") == 0
    better = capsys.readouterr().out.partition("figures that got better")[2]
    assert "first                 0.0 % →   50.0 %" in better
    assert "became right: 1" in better and "somebody copied my photos" in better
    assert "1 became right" in Path("page.html").read_text()


def test_json_alone_is_all_that_is_printed(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    evaluating(lines("en.jsonl", RIGHT), "--json")
    assert json.loads(capsys.readouterr().out)["overall"]["messages"] == 1


def test_cross_validation_names_examples_that_hurt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = ("--cross", "3", "--language", "en", "--json", "out.json", "--html", "page.html")
    assert _evaluating(CONFUSED)(*wanted) == 0
    printed = capsys.readouterr()
    assert "near-duplicates stay together" in printed.err
    report = json.loads(Path("out.json").read_text())
    assert report["kinds"]["help"]["messages"] == 16
    assert report["pulls"] and "examples that hurt" in printed.out
    assert "Examples that hurt" in Path("page.html").read_text()


STRANGE = ["\ud83d", "\x1b[2J\x00", "\u202eevil", "a\u2028b", "<script>alert(1)</script>", "👩🏽\u200d🚒", "ا" * 3000]


def test_any_unicode_is_shown_safely(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    file = lines("ar.jsonl", *({"text": text, "want": ["copyright"]} for text in STRANGE))
    assert evaluating(file, "--wrong", "99", "--json", "out.json", "--html", "page.html") == 0
    out, page = capsys.readouterr().out, Path("page.html").read_text("utf-8")
    assert not {"\x1b", "\x00", "\u202e", "\u2028"} & {*out, *page}
    assert "<script" not in page
    assert len(json.loads(Path("out.json").read_text("utf-8"))["messages"]) == len(STRANGE)


def test_the_page_needs_nothing_from_elsewhere(evaluating: Evaluating) -> None:
    evaluating(lines("ar.jsonl", RIGHT, {"text": "نسخوا صوري", "want": ["encryption"]}), "--html", "page.html")
    page = Path("page.html").read_text("utf-8")
    assert not [part for part in ("http", "src=", "@import", "<link", "<script") if part in page]
    assert '<bdi dir="auto">نسخوا صوري</bdi>' in page
    assert page.count("<svg") == 3


TABLE = "text,label\nwhere is my card,card_arrival\nmy card has not come,card_arrival\nlost my phone,lost_phone\n"


def test_sets_with_labels_of_their_own_are_measured(evaluating: Evaluating, capsys: pytest.CaptureFixture[str]) -> None:
    Path("train.csv").write_text(TABLE)
    Path("test.csv").write_text("text,label\ncard is not here,card_arrival\nzebras jump,oos\n")
    assert evaluating("--examples", "train.csv", "--test", "test.csv", "--json") == 0
    one = json.loads(capsys.readouterr().out)
    assert {"examples", "tests", "top1", "top3", "in_scope_accuracy", "oos_recall", "p50_ms", "p95_ms"} <= set(one)
    assert evaluating("--examples", "train.csv", "train.csv", "--test", "test.csv", "--json") == 0
    mean = json.loads(capsys.readouterr().out)
    assert (mean["draws"], mean["top1"], mean["examples"]) == (2, one["top1"], 3)
