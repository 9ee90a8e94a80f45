"""Lets the disk of one process be slow: whatever it wants to have kept for sure takes longer.

    slow --seconds S    every flush takes S seconds longer
    fast                flushes take what they take
    measure             how long a flush takes: ``{"seconds": S}``

The kernel hands the process's flushes to this program (seccomp's notifications), which lets each go
on when it is time. A process takes such a filter upon itself by a system call, and so it is made
to: it is stopped for a moment, as a debugger does, and makes one call that it did not think of.
What the call reads is put where clock.py has its functions, into the unused end of the page that
holds the kernel's own; nothing of the process's memory is touched. A filter stays as long as the
process: fast means that nothing is waited for. A flush is measured by one that the process is made
to ask for in the same way.

The process, whose number is in ACCORD_PROCESS, must be one that cannot gain rights. It takes the
right to trace it.
"""

import argparse
import ctypes
import errno
import fcntl
import heapq
import json
import os
import select
import signal
import struct
import threading
import time
from pathlib import Path

import vdso

#: System calls by which a program says that something has to be on the disk: fsync, fdatasync,
#: msync, sync_file_range. (x86-64)
FLUSHES = (74, 75, 26, 277)
_FSYNC, _SECCOMP, _PIDFD_OPEN, _PIDFD_GETFD = 74, 317, 434, 438
_NO_FILE = (1 << 64) - 1

#: Bytes before the end of the page at which the filter is put; clock.py has the last 256.
_PLACE, _ROOM = 512, 256

_SET_MODE_FILTER = 1
_ALL_THREADS, _LISTENER, _TELL_WHICH, _UNTIL_KILLED = 1, 8, 16, 32
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTIFICATION, _ANSWER = 80, struct.Struct("=QqiI")
_GO_ON = 1
_IS_A_LISTENER = "anon_inode:seccomp notify"

_CONT, _SINGLESTEP, _GETREGS, _SETREGS, _DETACH = 7, 9, 12, 13, 17
_SEIZE, _INTERRUPT = 0x4206, 0x4207
_EVERY_CHILD = 0x40000000
_STOPPED_BY_US = 128
#: What only a debugger sees of a call that a signal has interrupted (include/linux/errno.h): the
#: process itself would begin it anew.
_TO_BE_BEGUN_ANEW = (-512, -513, -514, -516)
_TRIES = 1000
#: The registers of a process (sys/user.h), and where those are that a system call is made with.
_REGISTERS = struct.Struct("=27Q")
_RDX, _RSI, _RDI, _RAX, _ORIGINAL, _RIP = 12, 13, 14, 10, 15, 16
_SYSCALL = b"\x0f\x05"

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long] * 2 + [ctypes.c_void_p] * 2
_libc.ptrace.restype = _libc.syscall.restype = ctypes.c_long


class Worker:
    """The flushes of one process."""

    def __init__(self):
        if os.uname().machine != "x86_64":
            raise ValueError(f"nobody has said how to do this on {os.uname().machine}")
        self._process = int(os.environ["ACCORD_PROCESS"])
        self._longer = 0.0
        self._changing = threading.Lock()
        self._listener = None

    def slow(self, seconds):
        """From now on every flush takes so much longer."""
        if seconds <= 0:
            raise ValueError("a disk cannot be slow by nothing")
        with self._changing:
            if self._listener is None:
                self._listener = self._known_listener() or self._new_listener()
                threading.Thread(target=self._serve, daemon=True).start()
            self._longer = seconds
        return {"longer": seconds}

    def fast(self):
        """From now on every flush takes what it takes."""
        self._longer = 0.0
        return {"longer": 0.0}

    def measure(self):
        """Seconds that the process waits for a flush of a file that it does not have."""
        with self._changing, _Stopped(self._process) as process:
            answer, seconds = process.call(_FSYNC, _NO_FILE)
        if answer != -errno.EBADF:
            raise ValueError(f"a flush of no file was answered with {answer}")
        return {"seconds": seconds}

    def _known_listener(self):
        """That of an earlier helper: the process itself has it as well."""
        for file in Path("/proc", str(self._process), "fd").iterdir():
            try:
                if _IS_A_LISTENER in str(file.readlink()):
                    return self._taken(int(file.name))
            except FileNotFoundError:  # it was closed while we looked
                pass
        return None

    def _new_listener(self):
        with _Stopped(self._process) as process:
            program = process.put(_filter())
            flags = _ALL_THREADS | _LISTENER | _TELL_WHICH
            # kernels before 5.19 let a signal interrupt a flush that waits, which then begins anew
            for more in (_UNTIL_KILLED, 0):
                answer, _ = process.call(_SECCOMP, _SET_MODE_FILTER, flags | more, program)
                if answer != -errno.EINVAL:
                    break
        if answer < 0:
            raise OSError(-answer, f"the process takes no filter: {os.strerror(-answer)}")
        return self._taken(answer)

    def _taken(self, number):
        whose = _called(_PIDFD_OPEN, self._process, 0)
        try:
            return _called(_PIDFD_GETFD, whose, number, 0)
        finally:
            os.close(whose)

    def _serve(self):
        due = []
        flushes = select.poll()
        flushes.register(self._listener, select.POLLIN)
        while True:
            wait = max(0.0, due[0][0] - time.monotonic()) * 1000 if due else None
            happened = flushes.poll(wait)
            if any(event & select.POLLHUP for _, event in happened):  # the process has ended
                return
            try:
                if happened:
                    heapq.heappush(due, (time.monotonic() + self._longer, self._received()))
                while due and (due[0][0] <= time.monotonic() or not self._longer):
                    self._go_on(heapq.heappop(due)[1])
            except OSError as problem:
                if problem.errno not in (errno.ENOENT, errno.EINTR):  # the flush was given up
                    raise

    def _received(self):
        notification = bytearray(_NOTIFICATION)
        fcntl.ioctl(self._listener, _RECEIVE, notification)
        return struct.unpack_from("=Q", notification)[0]

    def _go_on(self, flush):
        fcntl.ioctl(self._listener, _SEND, bytearray(_ANSWER.pack(flush, 0, 0, _GO_ON)))


class _Stopped:
    """The first thread of a process, stopped as by a debugger, until the end of a ``with``."""

    def __init__(self, process):
        self._process = process

    def __enter__(self):
        _trace(_SEIZE, self._process)
        try:
            self._stop()
            folder = Path("/proc", str(self._process))
            begin, self._end = vdso.mapping(folder)
            self._instruction = begin + vdso.code(folder).index(_SYSCALL)
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(self, *problem):
        self._set(self._as_it_was)
        self._let_go()

    def call(self, number, *arguments):
        """Make it call the kernel; what that answers, and in how many seconds."""
        for _ in range(_TRIES):
            self._set(self._about_to_call(number, arguments))
            started = time.monotonic()
            _trace(_SINGLESTEP, self._process)
            sent, _ = self._wait()
            seconds = time.monotonic() - started
            registers = self._registers()
            (answer,) = struct.unpack("=q", struct.pack("=Q", registers[_RAX]))
            made = sent == signal.SIGTRAP and registers[_RIP] != self._instruction
            if made and answer not in _TO_BE_BEGUN_ANEW:
                return answer, seconds
            # somebody has sent it a signal: it gets that as it was, and then makes our call
            self._set(self._as_it_was)
            _trace(_CONT, self._process, sent if sent != signal.SIGTRAP else 0)
            self._stop()
        raise ValueError(f"signals have interrupted a call of the process {_TRIES} times")

    def _about_to_call(self, number, arguments):
        registers = list(self._as_it_was)
        registers[_RAX], registers[_ORIGINAL] = number, _NO_FILE  # it comes from no other call
        registers[_RIP] = self._instruction
        for register, argument in zip((_RDI, _RSI, _RDX), arguments, strict=False):
            registers[register] = argument
        return registers

    def put(self, content):
        """Where it can read this. There is room for it, or nothing is changed."""
        at = self._end - _PLACE
        memory = os.open(f"/proc/{self._process}/mem", os.O_RDWR)
        try:
            placed = content(at)
            there = os.pread(memory, _ROOM, at)
            if any(there) and there[: len(placed)] != placed:
                raise ValueError("there is no room behind the functions of the kernel")
            os.pwrite(memory, placed, at)
        finally:
            os.close(memory)
        return at

    def _let_go(self):
        try:
            _trace(_DETACH, self._process)
        except OSError as problem:
            if problem.errno != errno.ESRCH:  # it is gone
                raise

    def _stop(self):
        _trace(_INTERRUPT, self._process)
        sent, event = self._wait()
        while event != _STOPPED_BY_US:
            # It was about to get a signal, and gets it first. The kernel has forgotten our wish by
            # then: every stop counts as the one that was asked for (kernel/signal.c, ptrace_stop).
            _trace(_CONT, self._process, sent)
            _trace(_INTERRUPT, self._process)
            sent, event = self._wait()
        self._as_it_was = self._registers()

    def _wait(self):
        """The signal that it has stopped with, and what else happened."""
        _, status = os.waitpid(self._process, _EVERY_CHILD)
        if not os.WIFSTOPPED(status):
            raise ValueError("the process has ended")
        return os.WSTOPSIG(status), status >> 16

    def _registers(self):
        registers = ctypes.create_string_buffer(_REGISTERS.size)
        _trace(_GETREGS, self._process, ctypes.addressof(registers))
        return _REGISTERS.unpack(registers.raw)

    def _set(self, registers):
        wanted = ctypes.create_string_buffer(_REGISTERS.pack(*registers), _REGISTERS.size)
        _trace(_SETREGS, self._process, ctypes.addressof(wanted))


def run(worker, words, stdin):
    """Do what the words say; what it prints, as text. Raises ValueError for words without sense."""
    parser = argparse.ArgumentParser(prog="flush", exit_on_error=False)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("fast")
    what.add_parser("measure")
    what.add_parser("slow").add_argument("--seconds", type=float, required=True)
    try:
        told = parser.parse_args(words)
    except (argparse.ArgumentError, SystemExit) as problem:
        raise ValueError(f"{' '.join(words)} makes no sense: {problem}") from None
    if told.what == "slow":
        return json.dumps(worker.slow(told.seconds))
    return json.dumps(worker.fast() if told.what == "fast" else worker.measure())


def _filter():
    """The filter's program, and what points to it, for the place where they will be."""
    count = len(FLUSHES)
    program = struct.pack("=HBBI", 0x20, 0, 0, 0)  # load the number of the call
    for position, number in enumerate(FLUSHES):
        program += struct.pack("=HBBI", 0x15, count - position, 0, number)  # equal: to the end
    program += struct.pack("=HBBI", 0x06, 0, 0, _ALLOW) + struct.pack("=HBBI", 0x06, 0, 0, _NOTIFY)
    return lambda at: struct.pack("=H6xQ", count + 3, at + 16) + program


def _trace(request, process, data=None):
    if _libc.ptrace(request, process, None, data) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"the process cannot be traced: {os.strerror(number)}")


def _called(number, *arguments):
    answer = _libc.syscall(*(ctypes.c_long(each) for each in (number, *arguments)))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"system call {number}: {os.strerror(code)}")
    return answer
