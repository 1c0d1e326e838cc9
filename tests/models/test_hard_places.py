# SPDX-License-Identifier: Apache-2.0
"""gen_kernels where things go wrong around it: full disks, kills, shared and unwritable caches, odd paths."""

import fcntl
import os
import resource
import signal
import subprocess
import time

import pytest

from builds import GEN_KERNELS, KEYWORDS, contents, finish, start


@pytest.mark.parametrize("limit", [0, 1000, 12000, 60000])
@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_full_disk(limit, warm, cache, tmp_path):
    """No file can grow beyond `limit` bytes, wherever that stops the work."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("earlier")
    folder = cache if warm else tmp_path / "cache"
    folder.mkdir(exist_ok=True)
    before = contents(folder)
    status, errors = finish(start(out, folder, limits=[(resource.RLIMIT_FSIZE, limit)]))
    assert status == 1, errors
    assert errors.count("\n") == 1 and ": found " in errors and ", expected " in errors, errors
    assert contents(out) == {"manifest.json": b"earlier"}
    after = contents(folder)
    assert {name: after.get(name) for name in before} == before
    assert not [name for name in after if ".new-" in name]
    if not warm:  # what came into the cache before the disk was full is whole
        (tmp_path / "again").mkdir()
        assert finish(start(tmp_path / "again", folder)) == (0, "")
        assert contents(tmp_path / "again") == contents(cache.parent / "out")


FULL_DISK = """
mount -t tmpfs -o size="$1" tmpfs "$0" && cd "$0" || exit 77
shift
"$@"
status=$?
find . -mindepth 1
exit $status
"""


def on_a_full_disk(place, size, flags, **variables):
    """The finished gen_kernels while `place` is a disk of `size`; what it left there is its output."""
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FULL_DISK, place, size]
    if subprocess.run([*map(str, unshare), "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("found no right to mount a tmpfs; test_full_disk has gone through the same without one")
    command = [*unshare, GEN_KERNELS, f"--model={KEYWORDS}", "--target=generic", "--quiet", *flags]
    environment = {**os.environ, **{name: str(value) for name, value in variables.items()}}
    return subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, timeout=280, check=False)


@pytest.mark.parametrize("part", ["out", "TMPDIR"])
@pytest.mark.parametrize("size", ["8k", "64k"])
def test_full_disk_of_outputs(part, size, cache, tmp_path):
    disk, other = tmp_path / "disk", tmp_path / "other"
    disk.mkdir()
    other.mkdir()
    folders = {"out": other, "TMPDIR": other, part: disk}
    result = on_a_full_disk(disk, size, [f"--out={folders['out']}"], NIBBLE_CACHE=cache, TMPDIR=folders["TMPDIR"])
    assert result.returncode == 1, result.stderr
    assert result.stderr.count("\n") == 1 and ": found " in result.stderr and ", expected " in result.stderr, result.stderr
    assert result.stdout == "" and contents(other) == {}


def test_full_disk_of_the_cache(expected, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    result = on_a_full_disk(disk, "128k", [f"--out={tmp_path / 'out'}"], NIBBLE_CACHE=disk)
    assert (result.returncode, result.stderr) == (0, "")
    assert contents(tmp_path / "out") == expected
    assert "kernels" in result.stdout and ".new-" not in result.stdout


def test_killed_at_any_time(cache, expected, tmp_path):
    """Killed later and later: the outputs are the earlier ones or the new ones, and the next run makes the new ones."""
    out = tmp_path / "out"
    shared = tmp_path / "cache"
    earlier = {name: b"earlier" for name in ("manifest.json", "report.html", "theirs.txt")}
    seconds, kills = 0.02, 0
    while True:
        out.mkdir(exist_ok=True)
        for name, data in earlier.items():
            (out / name).write_bytes(data)
        process = start(out, shared)
        time.sleep(seconds)
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        finish(process)
        kills += 1
        found = {name: data for name, data in contents(out).items() if not name.startswith(".nibble-")}
        moving = list(out.glob(".nibble-*/commit"))  # the next run goes on with it: tests/compiler/output_folder_test.cpp
        assert moving or found in (earlier, {**expected, "theirs.txt": b"earlier"})
        seconds *= 1.35
    assert kills > 5
    assert finish(process) == (0, "")
    assert contents(out) == {**expected, "theirs.txt": b"earlier"}
    assert not list(shared.rglob(".new-*"))


def test_leftovers_of_a_killed_run_are_cleared(cache, expected, tmp_path):
    out = tmp_path / "out"
    stage = out / ".nibble-k1LLed"
    (stage / "new").mkdir(parents=True)
    (stage / "old").mkdir()
    (stage / "new/manifest.json").write_text("half")
    assert finish(start(out, cache)) == (0, "")
    assert contents(out) == expected


def test_builds_that_share_a_cache(expected, tmp_path):
    processes = [start(tmp_path / str(i), tmp_path / "cache", "--jobs=2") for i in range(4)]
    assert [finish(process) for process in processes] == [(0, "")] * 4
    for i in range(4):
        assert contents(tmp_path / str(i)) == expected


def test_builds_into_the_same_folder(cache, expected, tmp_path):
    for _ in range(3):  # all at the same step at the same time, most of the time
        processes = [start(tmp_path / "out", cache) for _ in range(4)]
        assert [finish(process) for process in processes] == [(0, "")] * 4
        assert contents(tmp_path / "out") == expected


def test_a_folder_that_somebody_else_holds(cache, tmp_path):
    """Waited for, but not for ever."""
    out = tmp_path / "out"
    out.mkdir()
    descriptor = os.open(out, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    status, errors = finish(start(out, cache))
    os.close(descriptor)
    assert status == 1 and errors == f"{out}: --out: found a lock that another process holds, expected a folder that is free\n"
    assert contents(out) == {}


def test_no_place_for_a_cache(expected, tmp_path):
    """A home that can't be written to costs a warning and time, not the build."""
    blocker = tmp_path / "file"
    blocker.write_text("mine")
    status, errors = finish(start(tmp_path / "out", blocker / "cache"))
    assert status == 0
    assert errors.count("\n") == 1 and errors.startswith("warning: no kernel cache: ") and str(blocker) in errors
    assert contents(tmp_path / "out") == expected


def test_read_only_cache_is_read(cache, expected, tmp_path):
    """As root permissions don't count: a user's view of a cache that somebody else filled."""
    if os.geteuid() == 0:
        mount = ["unshare", "--mount", "sh", "-c", 'mount --bind -o ro "$0" "$0" && exec "$@"', cache]
        if subprocess.run([*map(str, mount), "true"], capture_output=True, check=False).returncode != 0:
            pytest.skip("found no right to mount a folder read-only, nor a user who is not root")
        command = [*mount, GEN_KERNELS]
    else:
        command = [GEN_KERNELS]
        (cache / "kernels").chmod(0o500)
    command += [f"--model={KEYWORDS}", "--target=generic", f"--out={tmp_path / 'out'}", "--quiet"]
    result = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "NIBBLE_CACHE": str(cache)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    (cache / "kernels").chmod(0o700)
    assert result.returncode == 0, result.stderr
    assert result.stderr.startswith("warning: no kernel cache: ") and "not writable" in result.stderr
    assert contents(tmp_path / "out") == expected


def test_spaces_and_other_scripts_in_paths(expected, tmp_path):
    folder = tmp_path / "a b'\"$c; ä 模型\\"
    (folder / "tmp").mkdir(parents=True)
    model = folder / "kws_ref_model.tflite"
    model.write_bytes(KEYWORDS.read_bytes())
    command = [GEN_KERNELS, f"--model={model}", "--target=generic", f"--out={folder / 'out'}", "--quiet"]
    environment = {**os.environ, "NIBBLE_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "tmp")}
    subprocess.run(list(map(str, command)), env=environment, check=True, timeout=280)
    assert contents(folder / "out") == expected
    assert not list((folder / "tmp").iterdir())
