"""The record of a run can be read whenever and however the run ended."""

from __future__ import annotations

import io
import threading
from datetime import datetime
from pathlib import Path

import pytest

from support.domain import Coins, EnvironmentProblem
from support.journal import SCHEMA, Journal, records
from tests.unit.played import journalled

#: Seconds after which a test gives up; never how long something is supposed to take.
PATIENCE = 30


def test_the_schema_comes_first(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "deep" / "down" / "journal.jsonl")
    journal.write("run started")
    first, second = records(journal.path)
    assert (first["kind"], first["schema"]) == ("journal", SCHEMA)
    assert second["kind"] == "run started"


def test_a_record_says_when_by_both_clocks_and_what(journal: Journal) -> None:
    journal.write("fault asked for", words="node-4 drops what node-1 sends", fault=3)
    record = journalled(journal.path)[-1]
    assert list(record) == ["t", "at", "kind", "words", "fault"]
    assert isinstance(record["t"], float)
    assert datetime.fromisoformat(record["at"]).tzinfo is not None
    assert (record["words"], record["fault"]) == ("node-4 drops what node-1 sends", 3)


def test_time_in_it_never_runs_backwards(journal: Journal) -> None:
    for _ in range(50):
        journal.write("sample")
    times = [record["t"] for record in journalled(journal.path)]
    assert times == sorted(times)


def test_every_record_is_on_the_disk_when_write_returns(journal: Journal) -> None:
    for number in range(5):
        journal.write("sample", number=number)
        assert journalled(journal.path)[-1]["number"] == number


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_last_line_that_was_cut_short_is_left_out(journal: Journal, cut: int) -> None:
    journal.write("one")
    journal.write("two")
    content = journal.path.read_text()
    journal.path.write_text(content[:-cut])
    kinds = [record["kind"] for record in records(journal.path)]
    assert kinds == (["journal", "one", "two"] if cut == 1 else ["journal", "one"])


def test_what_json_does_not_know_is_written_as_its_text(journal: Journal) -> None:
    journal.write("odd", path=Path("a/b"), coins=Coins(3))
    record = journalled(journal.path)[-1]
    assert (record["path"], record["coins"]) == ("a/b", "3 coins")


def test_words_of_any_language_are_kept(journal: Journal) -> None:
    journal.write("said", words="“Ünreachable”\nno 日本")
    assert next(r for r in records(journal.path) if r["kind"] == "said")["words"] == (
        "“Ünreachable”\nno 日本"
    )


class SlowFile(io.StringIO):
    """Tells when somebody begins to write, and lets nobody finish before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def write(self, text: str) -> int:
        self.begun.release()
        assert self.go_on.wait(PATIENCE)
        return super().write(text)


def test_a_record_is_written_to_its_end_before_another_thread_begins(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SlowFile()
    monkeypatch.setattr(journal, "_file", disk)
    writers = [threading.Thread(target=journal.write, args=("sample",)) for _ in range(2)]
    for writer in writers:
        writer.start()
    assert disk.begun.acquire(timeout=PATIENCE)
    assert not disk.begun.acquire(timeout=0.05), "two write at the same time"
    disk.go_on.set()
    for writer in writers:
        writer.join(PATIENCE)
    assert len(disk.getvalue().splitlines()) == 2


def test_nothing_is_lost_when_several_threads_write(journal: Journal) -> None:
    def write(writer: int) -> None:
        for number in range(100):
            journal.write("sample", writer=writer, number=number)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    written = [(r["writer"], r["number"]) for r in journalled(journal.path)[1:]]
    assert sorted(written) == [(w, n) for w in range(8) for n in range(100)]


def test_a_place_that_cannot_be_written_to_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblem) as raised:
        Journal(tmp_path / "file" / "below" / "journal.jsonl")
    assert str(raised.value) == (
        f"the journal {tmp_path}/file/below/journal.jsonl cannot be written (Not a directory): "
        "free some space, or run where you may write"
    )


class FullDisk(io.StringIO):
    """Takes nothing."""

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_in_one_sentence(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_file", FullDisk())
    with pytest.raises(EnvironmentProblem, match="No space left on device"):
        journal.write("sample")
    journal.close()


def test_records_that_come_too_late_are_dropped(journal: Journal) -> None:
    journal.write("run finished")
    journal.close()
    journal.write("sample")
    journal.close()
    assert [record["kind"] for record in records(journal.path)] == ["journal", "run finished"]


def test_what_is_still_to_be_said_of_the_dead(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    died = Journal(path)
    died.write("scenario started", name="A")
    died.close()
    with path.open("a") as cut_short:
        cut_short.write('{"kind": "scenario fin')
    after = Journal(path, go_on=True)
    after.write("trouble", words="it died")
    after.close()
    assert [record["kind"] for record in records(path)] == [
        "journal",
        "scenario started",
        "trouble",
    ]


def test_somebody_who_died_before_the_first_word_gets_a_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "part" / "journal.jsonl", go_on=True)
    journal.close()
    assert [record["kind"] for record in records(journal.path)] == ["journal"]
