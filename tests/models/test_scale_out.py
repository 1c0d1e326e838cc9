# SPDX-License-Identifier: Apache-2.0
"""tune --scheduler: kernels are measured by workers that fail and die, and each has one record afterwards.

The target is emulated, so that costs are counted and a worker's records are the same bytes as a search's on this machine.
Each worker finds a program `tune` of its own, which notes in a file what it was given before it becomes the real one,
never ends, or fails.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from programs import run

TARGET = "hexagon-64-hvx"
LAYERS = "gemm,first,1,32,32\ngemm,second,1,64,32\ngemm,third,2,32,64\n"
SECONDS = 240  # that anything may take on a busy machine

try:
    import distributed
except ImportError:
    if "CI" in os.environ:
        raise
    pytest.skip("found no package distributed, expected scripts/setup --scheduler", allow_module_level=True)


def wait_until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Cluster:
    """A scheduler and workers, each a process group of its own."""

    def __init__(self, folder):
        self._folder = folder
        self._processes = []
        self._file = folder / "scheduler.json"
        self._dask("scheduler", "--host=127.0.0.1", "--port=0", f"--scheduler-file={self._file}")
        wait_until(lambda: self._file.exists() and self._file.read_text(encoding="utf-8").strip())
        self.address = json.loads(self._file.read_text(encoding="utf-8"))["address"]
        self._client = distributed.Client(self.address, set_as_default=False)

    def _dask(self, *command, **environment):
        with open(self._folder / "log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command, "--no-dashboard"],
                env={**os.environ, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def lose_scheduler(self):
        self._processes[0].kill()
        self._processes[0].wait()

    def add_worker(self, name, shell):
        """A worker whose `tune` runs these lines of shell: $job is the layer's file, $tune the real program."""
        programs = self._folder / name
        programs.mkdir()
        given = programs / "given"
        given.touch()
        tune = programs / "tune"
        names = f"job=${{1#--job=}}\ntune={os.environ['NIBBLE_BIN']}/tune"
        note = f'sha256sum <"$job" >>"{given}"'
        tune.write_text(f"#!/bin/sh\n{names}\n{note}\n{shell}\n", encoding="utf-8")
        tune.chmod(0o755)
        workers = len(self._client.nthreads())
        flags = ["--no-nanny", "--nthreads=1", f"--scheduler-file={self._file}", f"--local-directory={programs}"]
        worker = Worker(self._dask("worker", *flags, NIBBLE_BIN=str(programs)), given)
        self._client.wait_for_workers(workers + 1, timeout=SECONDS)
        return worker

    def stop(self):
        self._client.close()
        for process in self._processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


class Worker:
    def __init__(self, process, file):
        self._process = process
        self._file = file

    def given(self):
        """A digest of each layer that it was given, in order."""
        return self._file.read_text(encoding="utf-8").splitlines()

    def kill(self):
        """The worker alone, not what it has started."""
        self._process.kill()
        self._process.wait()


def runs(process):
    """Whether it does, and is not only waited for."""
    try:
        return (pathlib.Path("/proc") / process / "stat").read_text(encoding="utf-8").rsplit(")")[-1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(name="cluster")
def make_cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


@pytest.fixture(name="layers")
def write_layers(tmp_path):
    file = tmp_path / "layers.csv"
    file.write_text(LAYERS, encoding="utf-8")
    return file


def flags_of(layers, records):
    return [f"--target={TARGET}", f"--layers={layers}", f"--records={records}", "--points=2", "--quiet"]


def lines_of(folder):
    file = folder / f"{TARGET}.jsonl"
    return sorted(file.read_text(encoding="utf-8").splitlines()) if file.exists() else []


def start(*flags):
    command = [pathlib.Path(os.environ["NIBBLE_BIN"]) / "tune", *flags]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_a_killed_workers_kernel_is_measured_by_another(cluster, layers, tmp_path):
    orphan = tmp_path / "orphan"
    doomed = cluster.add_worker("doomed", f'echo $$ >"{orphan}.part"; mv "{orphan}.part" "{orphan}"; exec sleep 1000')
    healthy = cluster.add_worker("healthy", 'exec "$tune" "$@"')
    with start(*flags_of(layers, tmp_path / "far"), f"--scheduler={cluster.address}") as search:
        wait_until(orphan.exists)
        doomed.kill()
        wait_until(lambda: not runs(orphan.read_text(encoding="utf-8").strip()))
        _, errors = search.communicate(timeout=SECONDS)
    assert (search.returncode, errors) == (0, "")

    lost, measured = doomed.given(), healthy.given()
    assert len(lost) == 1 and lost[0] in measured
    assert len(measured) == len(set(measured)) == 3  # none twice but the lost one

    here = run("tune", *flags_of(layers, tmp_path / "here"))
    assert here.returncode == 0, here.stderr
    assert lines_of(tmp_path / "far") == lines_of(tmp_path / "here") and len(lines_of(tmp_path / "far")) == 3

    # What has a record needs no scheduler.
    again = run("tune", *flags_of(layers, tmp_path / "far"), "--scheduler=tcp://127.0.0.1:1")
    assert again.returncode == 0 and len(lines_of(tmp_path / "far")) == 3


def test_what_every_worker_refuses_is_told_and_the_rest_is_kept(cluster, layers, tmp_path):
    refuse = 'if grep -q second "$job"; then echo no room >&2; exit 1; fi\nexec "$tune" "$@"'
    workers = [cluster.add_worker(name, refuse) for name in ("one", "other")]
    result = run("tune", *flags_of(layers, tmp_path / "records"), f"--scheduler={cluster.address}")
    assert result.returncode == 1
    assert result.stderr == "tune: layer 'second': found on each worker: no room, expected a worker that can tune it\n"
    assert len(lines_of(tmp_path / "records")) == 2
    given = [layer for worker in workers for layer in worker.given()]
    assert sorted(given.count(layer) for layer in set(given)) == [1, 1, 2]  # once on each worker


def test_a_lost_scheduler_is_told_in_a_line(cluster, layers, tmp_path):
    worker = cluster.add_worker("slow", "sleep 1000")
    with start(*flags_of(layers, tmp_path), f"--scheduler={cluster.address}") as search:
        wait_until(worker.given)
        cluster.lose_scheduler()
        _, errors = search.communicate(timeout=SECONDS)
    assert search.returncode == 1 and len(errors.splitlines()) == 1
    assert "found it went away" in errors


def test_no_scheduler_is_told_in_a_line(layers, tmp_path):
    result = run("tune", *flags_of(layers, tmp_path), "--scheduler=tcp://127.0.0.1:1")
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    assert "tcp://127.0.0.1:1: found no answer" in result.stderr and not lines_of(tmp_path)


def test_no_package_is_told_in_a_line(layers, tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n', encoding="utf-8")  # without any packages
    python.chmod(0o755)
    monkeypatch.setenv("NIBBLE_PYTHON", str(python))
    result = run("tune", *flags_of(layers, tmp_path), "--scheduler=tcp://127.0.0.1:1")
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    assert "found no package distributed" in result.stderr


def test_a_layer_of_another_version_is_refused(tmp_path):
    job = tmp_path / "kernel.layer"
    job.write_bytes(b"\xa1\x66nibble\x650.0.0")  # CBOR of {"nibble": "0.0.0"}
    result = run("tune", f"--target={TARGET}", f"--job={job}", f"--records={tmp_path}")
    assert result.returncode == 1 and "kernel.layer: version: found 0.0.0" in result.stderr
    job.write_bytes(b"\xa1")
    result = run("tune", f"--target={TARGET}", f"--job={job}", f"--records={tmp_path}")
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1 and "kernel.layer: layer" in result.stderr
