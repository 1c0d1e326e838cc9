# SPDX-License-Identifier: Apache-2.0
"""tune and gen_kernels --records: what was searched is found again, and changes no result. Nothing here asserts a time."""

import json
import os
import pathlib
import signal
import subprocess
import time

import numpy as np
import pytest

from programs import DATA, TARGETS, run

MODEL = f"--model={DATA / 'tflite_micro' / 'models' / 'micro_speech_quantized.tflite'}"
FEW = ["--target=generic", "--points=2", "--quiet"]


def records_of(folder):
    return [json.loads(line) for line in (folder / "generic.jsonl").read_text(encoding="utf-8").splitlines()]


def key(record):
    return json.dumps([record[name] for name in ("op", "lowering", "schedule", "version", "shape")])


def kernels_of(library):
    return json.loads((library / "manifest.json").read_text(encoding="utf-8"))["kernels"]


def generate(out, *flags):
    result = run("gen_kernels", MODEL, "--target=generic", f"--out={out}", "--name=speech", "--quiet", *flags)
    assert result.returncode == 0, result.stderr
    return kernels_of(out)


def outputs_of(library, folder):
    result = run("run_model", f"--dir={library}", f"--output-dir={folder}")
    assert result.returncode == 0, result.stderr
    return {path.name: np.load(path) for path in sorted(folder.glob("*.npy"))}


@pytest.fixture(name="tuned", scope="module")
def tuned_records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuned") / "records"
    result = run("tune", MODEL, f"--records={folder}", *FEW)
    assert result.returncode == 0, result.stderr
    return folder


def test_each_kernel_has_one_record(tuned):
    records = records_of(tuned)
    assert len({key(record) for record in records}) == len(records) >= 3
    for record in records:
        assert record["origin"] == "measured" and record["unit"] == "ns" and record["target"] == "generic"
        assert 0 < record["cost"] and 0 < record["default_cost"] and 1 <= record["points"] <= 2
        winner = ",".join(f"{name}={value}" for name, value in sorted(record["tile"].items()))
        tried = {tile: cost for tile, cost, _ in record["tried"]}
        assert tried[winner] == record["cost"] and record["tried"][0][1] == record["default_cost"]
        assert len(tried) == record["points"]


def halved(record):
    """The record with its largest parameter halved, as a search on another machine may find it."""
    name = max(record["tile"], key=record["tile"].get)
    return {**record, "tile": {**record["tile"], name: max(1, record["tile"][name] // 2)}}


def test_libraries_take_the_recorded_tiles_and_give_the_same_results(tuned, tmp_path):
    lines = [json.dumps(halved(record)) + "\n" for record in records_of(tuned)]
    (tmp_path / "generic.jsonl").write_text("".join(lines), encoding="utf-8")
    plain = generate(tmp_path / "plain", "--records=none")
    recorded = generate(tmp_path / "recorded", f"--records={tmp_path}")
    assert {kernel["tile_origin"] for kernel in plain} == {"default"} and not any(kernel["measured"] for kernel in plain)
    for kernel in recorded:
        assert (kernel["tile_origin"] == "record") == (kernel["measured"] is not None)
    changed = [new["tile"] for old, new in zip(plain, recorded) if old["tile"] != new["tile"]]
    assert changed and all(tile in [json.loads(line)["tile"] for line in lines] for tile in changed)
    expected, found = outputs_of(tmp_path / "plain", tmp_path / "a"), outputs_of(tmp_path / "recorded", tmp_path / "b")
    assert expected.keys() == found.keys() and expected
    assert all(np.array_equal(expected[name], found[name]) for name in expected)


def test_records_are_an_input_like_others(tuned, tmp_path):
    """The same records give the same bytes; the report shows what was measured."""
    generate(tmp_path / "a", f"--records={tuned}")
    generate(tmp_path / "b", f"--records={tuned}")
    for name in ("libspeech.a", "speech.h", "manifest.json", "report.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert "measured µs" in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")


def test_two_runs_are_compared(tuned, tmp_path):
    lines = [json.dumps(halved(record)) + "\n" for record in records_of(tuned)]
    (tmp_path / "generic.jsonl").write_text("".join(lines), encoding="utf-8")
    before = generate(tmp_path / "a", f"--records={tuned}")
    kernels = generate(tmp_path / "b", f"--records={tmp_path}")
    # A tile that B has no record of is its schedule's own, which A's search has tried.
    measured = sum(kernel["measured"] is not None for kernel in before)
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for page in pages:
        result = run("compare_reports", tmp_path / "a", tmp_path / "b", f"--out={page}")
        assert (result.returncode, result.stderr) == (0, "")
    text = pages[0].read_text(encoding="utf-8")
    assert text == pages[1].read_text(encoding="utf-8") and str(tmp_path) not in text
    assert text.count("<tr id=") == len(kernels)
    assert f"<b>{len(kernels)}</b><span>layers of both" in text
    assert measured >= 2 and f"B / A of {measured} layers: " in text


def test_folders_that_cannot_be_compared_are_told_in_a_line(tuned, tmp_path):
    generate(tmp_path / "a", f"--records={tuned}")
    (tmp_path / "layers.csv").write_text("gemm,rows,3,64,32\n", encoding="utf-8")
    layers = f"--layers={tmp_path / 'layers.csv'}"
    other = run("gen_kernels", layers, "--target=generic", f"--out={tmp_path / 'b'}", "--quiet")
    assert other.returncode == 0, other.stderr
    (tmp_path / "c").mkdir()
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "manifest.json").write_text("{}", encoding="utf-8")
    page = f"--out={tmp_path / 'page.html'}"
    expected = {"b": "layers: found none of", "c": "c/manifest.json", "d": "d/manifest.json: manifest", "e": "e/manifest.json"}
    for folder, words in expected.items():
        result = run("compare_reports", tmp_path / "a", tmp_path / folder, page)
        assert result.returncode == 1 and len(result.stderr.splitlines()) == 1, result.stderr
        assert words in result.stderr and not (tmp_path / "page.html").exists()
    assert run("compare_reports", tmp_path / "a").returncode == 2
    result = run("compare_reports", tmp_path / "a", tmp_path / "a", f"--out={tmp_path / 'c'}")
    assert result.returncode == 1 and not list(tmp_path.glob("*.part"))


def test_a_killed_search_goes_on(tmp_path):
    command = [os.path.join(os.environ["NIBBLE_BIN"], "tune"), MODEL, f"--records={tmp_path}", *FEW]
    file = tmp_path / "generic.jsonl"
    with subprocess.Popen(command, env={"NIBBLE_TARGETS": str(TARGETS), **os.environ}) as search:
        deadline = time.monotonic() + 120
        while search.poll() is None and not (file.exists() and file.read_bytes().count(b"\n")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        search.send_signal(signal.SIGKILL)
    kept = file.read_bytes()
    assert kept.endswith(b"\n")
    result = run("tune", MODEL, f"--records={tmp_path}", *FEW)
    assert result.returncode == 0, result.stderr
    assert file.read_bytes().startswith(kept)
    records = records_of(tmp_path)
    assert len({key(record) for record in records}) == len(records) >= 3


def test_gen_kernels_tunes_with_the_records_that_it_makes(tmp_path):
    kernels = generate(tmp_path / "out", "--tune=0.001", f"--records={tmp_path / 'records'}")
    assert len(kernels) >= 3  # no kernel is begun after a thousandth of a second but the first
    again = generate(tmp_path / "again", f"--records={tmp_path / 'records'}")
    assert again == kernels
    assert (tmp_path / "out/libspeech.a").read_bytes() == (tmp_path / "again/libspeech.a").read_bytes()


@pytest.mark.parametrize("target, unit", [("hexagon-64-hvx", "packets"), ("arm-64-dotprod", "cycles")])
def test_under_an_emulator_costs_are_counted(target, unit, tmp_path):
    """Counts are the same in each run, whatever else the machine does, and so are the records."""
    layers = tmp_path / "layers.csv"
    layers.write_text("conv,small,6,6,32,64,1,1,1,0\ngemm,rows,3,64,32\n", encoding="utf-8")
    for folder in ("a", "b"):
        result = run("tune", f"--target={target}", f"--layers={layers}", f"--records={tmp_path / folder}", "--points=2", "--quiet")
        assert result.returncode == 0, result.stderr
    text = (tmp_path / "a" / f"{target}.jsonl").read_text(encoding="utf-8")
    assert text == (tmp_path / "b" / f"{target}.jsonl").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    assert len(records) == 2
    assert all(record["unit"] == unit and 0 < record["cost"] <= record["default_cost"] for record in records)


def test_without_points_the_model_chooses(tmp_path):
    model = f"--model={DATA / 'mlperf_tiny' / 'models' / 'kws_ref_model.tflite'}"
    result = run("tune", "--target=arm-64-dotprod", model, f"--records={tmp_path}", "--points=0")
    assert result.returncode == 0, result.stderr
    records = [json.loads(line) for line in (tmp_path / "arm-64-dotprod.jsonl").read_text(encoding="utf-8").splitlines()]
    assert records and {record["origin"] for record in records} == {"model"}
    assert not any(record["cost"] or record["points"] or record["unit"] or record["machine"] for record in records)
    again = run("tune", "--target=arm-64-dotprod", model, f"--records={tmp_path}", "--points=0")
    assert "0 kernels" in again.stdout


@pytest.mark.parametrize(
    "flags, status, words",
    [
        (["--target=cuda-sm90", MODEL], 1, ["cuda-sm90", "expected a processor's"]),
        (["--target=generic", "--model=/nonexistent.tflite"], 1, ["/nonexistent.tflite"]),
        (["--target=nowhere", MODEL], 2, ["--target", "nowhere"]),
        (["--target=generic"], 2, ["--model or --layers"]),
        (["--target=generic", MODEL, "--points=-1"], 2, ["--points", "-1"]),
        (["--target=generic", MODEL, "--records=/proc/nibble"], 1, ["/proc/nibble"]),
    ],
)
def test_what_cannot_be_tuned_is_told_in_a_line(flags, status, words):
    result = run("tune", "--quiet", *flags)
    assert result.returncode == status, result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert all(word in result.stderr for word in words), result.stderr


def test_a_damaged_record_is_named_by_file_and_line(tuned, tmp_path):
    text = (tuned / "generic.jsonl").read_text(encoding="utf-8")
    file = pathlib.Path(tmp_path / "generic.jsonl")
    file.write_text(text + text.splitlines()[0][:50] + "\n", encoding="utf-8")
    result = run("gen_kernels", MODEL, "--target=generic", f"--out={tmp_path / 'out'}", f"--records={tmp_path}")
    assert result.returncode == 1 and not (tmp_path / "out").exists()
    assert f"{file}: line {len(text.splitlines()) + 1}" in result.stderr
