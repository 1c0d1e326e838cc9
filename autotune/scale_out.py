#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has kernels tuned by the workers of a Dask scheduler.

scale_out.py ADDRESS FOLDER --target=NAME --jobs=N --points=N [--seconds=N]

FOLDER has <n>.layer of each job and the target's file. A worker runs `tune` of $NIBBLE_BIN, else of its PATH, for one
kernel; its record becomes FOLDER/<n>/<target>.jsonl. A line of JSON on standard output tells each job's end: {"job": n}, or
{"job": n, "found": ..., "expected": ...} where no worker could do it; without "job" it is of the scheduler. Exit status: 0; 1
where any was found.
"""

import argparse
import collections
import concurrent.futures
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import time

CONNECT_SECONDS = 10  # for a scheduler to answer
POLL_SECONDS = 1  # between looks at how many workers there are
WORKER_SECONDS = 60  # without any worker before it is given up: time for a nanny to start another


def tune_one(job):
    """On a worker: (its address, lines of records, why there are none)."""
    from distributed import get_worker

    address = get_worker().address
    program = os.path.join(os.environ["NIBBLE_BIN"], "tune") if os.environ.get("NIBBLE_BIN") else "tune"
    with tempfile.TemporaryDirectory(prefix="nibble-tune-") as folder:
        work = pathlib.Path(folder)
        (work / "targets").mkdir()
        (work / "targets" / f"{job['target']}.json").write_bytes(job["facts"])
        (work / "kernel.layer").write_bytes(job["layer"])
        flags = [f"--job={work / 'kernel.layer'}", f"--target={job['target']}", f"--points={job['points']}", "--quiet"]
        environment = {**os.environ, "NIBBLE_TARGETS": str(work / "targets")}
        # Dies with the worker: what nobody waits for would disturb the next one's times.
        command = ["setpriv", "--pdeathsig=KILL", program, *flags, f"--records={work / 'records'}"]
        try:
            result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        except OSError as error:
            return address, "", f"{command[0]}: {error.strerror}"
        if result.returncode != 0:
            last = (result.stderr.splitlines() or [f"exit status {result.returncode}"])[-1]
            return address, "", last
        return address, (work / "records" / f"{job['target']}.jsonl").read_text(encoding="utf-8"), ""


class ScaleOut:
    """The jobs of one run. Few more than the workers can do at once are with the scheduler, whose memory they take."""

    def __init__(self, client, arguments):
        self._client = client
        self._arguments = arguments
        self._folder = pathlib.Path(arguments.folder)
        self._facts = (self._folder / f"{arguments.target}.json").read_bytes()
        self._waiting = collections.deque(range(arguments.jobs))
        self._running = {}
        self._refused = collections.defaultdict(dict)  # job -> worker -> why
        self.failed = False

    def tell(self, line):
        self.failed |= "found" in line
        print(json.dumps(line), flush=True)

    def run(self):
        start = seen = time.monotonic()
        while self._waiting or self._running:
            threads = self._client.nthreads()
            now = time.monotonic()
            seen = now if threads else seen
            if now - seen > WORKER_SECONDS:
                return self.tell({"found": "no worker", "expected": "dask worker ADDRESS on some machine"})
            late = self._arguments.seconds is not None and now - start > self._arguments.seconds
            while self._waiting and not late and len(self._running) < sum(threads.values()):
                self._submit(self._waiting.popleft(), list(threads))
            if late and not self._running:
                return None
            self._take(list(threads))
        return None

    def _submit(self, index, workers):
        job = {
            "layer": (self._folder / f"{index}.layer").read_bytes(),
            "target": self._arguments.target,
            "facts": self._facts,
            "points": self._arguments.points,
        }
        untried = [worker for worker in workers if worker not in self._refused[index]]
        future = self._client.submit(tune_one, job, pure=False, workers=untried or None)
        self._running[future] = index

    def _take(self, workers):
        """Waits for some job's end, not for long."""
        from distributed import wait

        if not self._running:
            time.sleep(POLL_SECONDS)
            return
        try:
            done = wait(list(self._running), timeout=POLL_SECONDS, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            return
        for future in done:
            self._finish(self._running.pop(future), future, workers)

    def _finish(self, index, future, workers):
        if future.status != "finished":  # workers died under it until the scheduler had enough
            problem = future.exception() if future.status == "error" else future.status
            self.tell({"job": index, "found": " ".join(str(problem).split()), "expected": "a worker that lives"})
            return
        worker, records, problem = future.result()
        if records:
            (self._folder / str(index)).mkdir()
            file = self._folder / str(index) / f"{self._arguments.target}.jsonl"
            file.write_text(records, encoding="utf-8")
            self.tell({"job": index})
            return
        self._refused[index][worker] = problem
        if any(other not in self._refused[index] for other in workers):
            self._waiting.append(index)
        else:
            self.tell({"job": index, "found": f"on each worker: {problem}", "expected": "a worker that can tune it"})


def connect(address):
    """A client, or None after a line that says why not."""
    try:
        import distributed
    except ImportError:
        told = {"found": f"no package distributed for {sys.executable}", "expected": "one (pip install distributed)"}
        print(json.dumps(told), flush=True)
        return None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        found = f"no answer ({' '.join(str(error).split()) or type(error).__name__})"
        print(json.dumps({"found": found, "expected": "a Dask scheduler's address"}), flush=True)
        return None


def main():
    parser = argparse.ArgumentParser(description="Has kernels tuned by the workers of a Dask scheduler.")
    parser.add_argument("address")
    parser.add_argument("folder")
    parser.add_argument("--target", required=True)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--points", type=int, required=True)
    parser.add_argument("--seconds", type=float)
    arguments = parser.parse_args()
    client = connect(arguments.address)
    if client is None:
        return 1
    run = ScaleOut(client, arguments)
    try:
        run.run()
    except (OSError, RuntimeError, concurrent.futures.CancelledError) as error:  # how a lost connection shows
        run.tell({"found": f"it went away ({type(error).__name__})", "expected": "a scheduler until all is done"})
    return int(run.failed)


if __name__ == "__main__":
    sys.exit(main())
