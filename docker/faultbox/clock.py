"""Lets one process believe that it is another time, and leaves every other process alone.

    set --seconds N     its clock is N seconds fast; slow when N is negative
    right               its clock is right again

Both print JSON: ``{"seconds": N}``, or ``{"busy": true}`` when a thread of it is not still yet, or
is reading the clock at just this moment, so that whoever asked has to ask again.

A program learns the time from a few functions that the kernel maps into every process (the vDSO);
so does a Go program, which asks neither libc nor anything that could be preloaded. Behind their
code there is room that nobody uses. Functions that ask the kernel itself and add the seconds go
there, and the first instruction of the kernel's functions becomes a jump to ours. The page that is
written to becomes this process's own (as with a debugger's breakpoints), and everything is as it
was before when the old instructions are back. Clocks that measure how much time has passed are
not touched: they are right however wrong the time of day is.

The process, whose number is in ACCORD_PROCESS, has to be frozen meanwhile, so that no thread comes
to be between two of the instructions that are replaced. It takes the right to trace the process.
"""

import argparse
import json
import os
import struct
from pathlib import Path

import vdso

#: Bytes at the very end of the mapping that have to be free. They hold, in this order, the seconds,
#: the first eight bytes of each function as they were, and our functions.
_ROOM = 256
_WORD = 8

#: ``mov rcx, [rip - how far back the seconds are]``; the distance is filled in later.
_SECONDS = bytes.fromhex("488b0d")

# Each asks the kernel, and adds the seconds if there is an answer to add them to. Registers that a
# system call may change are free to be changed here as well: rax, rcx, r11.
_FUNCTIONS = {
    # mov eax, 228; syscall; test eax, eax; jnz end; the clocks of the time of day are 0, 5 and 11:
    # test edi, edi; je add; cmp edi, 5; je add; cmp edi, 11; jne end; add: ...; add [rsi], rcx; ret
    "__vdso_clock_gettime": ("b8e40000000f0585c0751885ff740a83ff05740583ff0b750a", "48010ec3"),
    # mov eax, 96; syscall; test eax, eax; jnz end; test rdi, rdi; jz end; ...; add [rdi], rcx; ret
    "__vdso_gettimeofday": ("b8600000000f0585c0750f4885ff740a", "48010fc3"),
    # mov eax, 201; syscall; ...; add rax, rcx; test rdi, rdi; jz end; mov [rdi], rax; ret
    "__vdso_time": ("b8c90000000f05", "4801c84885ff7403488907c3"),
}


class Worker:
    """The clock of one process. All that has to be known later is kept in the process itself."""

    def __init__(self):
        if os.uname().machine != "x86_64":
            raise ValueError(f"nobody has said how to do this on {os.uname().machine}")
        self._process = Path("/proc") / os.environ["ACCORD_PROCESS"]

    def set(self, seconds):
        """Make it wrong by so many whole seconds. It may have been wrong before."""
        return self._change(seconds)

    def right(self):
        """Make it right."""
        return self._change(0)

    def _change(self, seconds):
        begin, end = vdso.mapping(self._process)
        memory = os.open(self._process / "mem", os.O_RDWR)
        try:
            kernels = _Functions(os.pread(memory, end - begin, begin))
            if self._is_busy(begin, kernels.entries):
                return {"busy": True}
            os.pwrite(memory, kernels.room_with(seconds), begin + kernels.room)
            words = kernels.jumps() if seconds else kernels.originals
            for entry, word in zip(kernels.entries, words, strict=True):
                os.pwrite(memory, word, begin + entry)
        finally:
            os.close(memory)
        return {"seconds": seconds}

    def _is_busy(self, begin, entries):
        """Whether a thread runs, or is in the midst of the instructions that are to be replaced."""
        for task in (self._process / "task").iterdir():
            *_, where = (task / "syscall").read_text().split()
            if where == "running":
                return True
            at = int(where, 16) - begin
            if any(entry < at < entry + _WORD for entry in entries):
                return True
        return False


class _Functions:
    """The functions in one process that tell the time, as they are at the moment.

    ``entries`` are where they begin, ``originals`` what they begin with when nobody changes it.
    """

    def __init__(self, code):
        self._code = code
        self.room = len(code) - _ROOM
        self.entries = _entries(code)
        self._saved = self.room + _WORD
        self._begins, begins = [], self._saved + _WORD * len(_FUNCTIONS)
        for before, after in _FUNCTIONS.values():
            self._begins.append(begins)
            begins += len(_assembled(before, after, 0))
        self.originals = [
            code[self._saved + _WORD * number if self._is_changed(number) else entry :][:_WORD]
            for number, entry in enumerate(self.entries)
        ]

    def room_with(self, seconds):
        """What belongs into the room; only the seconds differ from one time to the next."""
        content = b"".join([struct.pack("<q", seconds), *self.originals])
        for before, after in _FUNCTIONS.values():
            content += _assembled(before, after, len(content))
        there = self._code[self.room :]
        if any(there) and there[_WORD : len(content)] != content[_WORD:]:
            raise ValueError("there is no room behind the functions that tell the time")
        return content

    def jumps(self):
        """What the functions begin with when ours are to be used instead."""
        return [
            b"\xe9" + struct.pack("<i", begins - entry - 5) + original[5:]
            for begins, entry, original in zip(
                self._begins, self.entries, self.originals, strict=True
            )
        ]

    def _is_changed(self, number):
        entry = self.entries[number]
        (distance,) = struct.unpack_from("<i", self._code, entry + 1)
        return self._code[entry] == 0xE9 and entry + 5 + distance == self._begins[number]


def _assembled(before, after, at):
    """One of our functions, ``at`` bytes behind the seconds."""
    begin = bytes.fromhex(before) + _SECONDS
    return begin + struct.pack("<i", -(at + len(begin) + 4)) + bytes.fromhex(after)


def _entries(code):
    """Where each of the functions begins. The mapping is a small ELF library (see elf.h)."""
    (headers,) = struct.unpack_from("<Q", code, 32)
    size, count = struct.unpack_from("<HH", code, 54)
    tables = {}
    for number in range(count):
        kind, _, at, *_ = struct.unpack_from("<IIQQQQ", code, headers + size * number)
        if kind == 2:  # PT_DYNAMIC: pairs of what and where, up to a zero
            while (tag := struct.unpack_from("<q", code, at)[0]) != 0:
                (tables[tag],) = struct.unpack_from("<Q", code, at + 8)
                at += 16
    strings, symbols = tables[5], tables[6]  # DT_STRTAB; it follows DT_SYMTAB
    entries = {}
    for at in range(symbols, strings, 24):
        named, _, _, _, entry = struct.unpack_from("<IBBHQ", code, at)
        name = code[strings + named : code.index(b"\0", strings + named)].decode()
        entries[name] = entry
    missing = [name for name in _FUNCTIONS if name not in entries]
    if missing:
        raise ValueError(f"this kernel has no {', '.join(missing)}")
    return [entries[name] for name in _FUNCTIONS]


def run(worker, words, stdin):
    """Do what the words say; what it prints, as text. Raises ValueError for words without sense."""
    parser = argparse.ArgumentParser(prog="clock", exit_on_error=False)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("right")
    what.add_parser("set").add_argument("--seconds", type=int, required=True)
    try:
        told = parser.parse_args(words)
    except (argparse.ArgumentError, SystemExit) as problem:
        raise ValueError(f"{' '.join(words)} makes no sense: {problem}") from None
    return json.dumps(worker.set(told.seconds) if told.what == "set" else worker.right())
