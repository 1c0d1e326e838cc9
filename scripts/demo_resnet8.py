"""ResNet-8 of MLPerf Tiny: compile it for this CPU, classify real pictures, time each layer.

Run by scripts/demo, which builds the programs first. Exits with 1 where a picture's class is wrong.
SPDX-License-Identifier: Apache-2.0
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/data/mlperf_tiny"
PROGRAMS = ROOT / "build/bin"
LIBRARY = ROOT / "build/demo"
TENSORS = ROOT / "build/demo_tensors"
PICTURES = ("cat", "bird")


def run(program, *arguments):
    """Runs one of Nibble's programs and shows how it is called; where it fails its own message has been printed."""
    shown = " ".join(str(argument).replace(f"{ROOT}/", "") for argument in arguments)
    print(f"$ build/bin/{program} {shown}", flush=True)
    status = subprocess.run([PROGRAMS / program, *arguments], check=False).returncode
    if status != 0:
        sys.exit(f"demo: error: {program} exited with {status}")


def classify(picture, pixels, labels):
    """The class that the library gives to a picture (int8 [1,32,32,3]) and its score."""
    input_file = TENSORS / f"{picture}.npy"
    output_folder = TENSORS / picture
    np.save(input_file, pixels)
    run("run_model", f"--dir={LIBRARY}", f"--input={input_file}", f"--output-dir={output_folder}")
    (output_file,) = output_folder.glob("t*.npy")
    scores = np.load(output_file).ravel()
    best = int(scores.argmax())
    return labels[best], (int(scores[best]) + 128) / 256  # softmax: scale 1/256, zero point -128


def main():
    labels = (DATA / "cifar10_labels.txt").read_text().split()
    samples = np.load(DATA / "oracle/pretrainedResnet_quant.npz")
    TENSORS.mkdir(parents=True, exist_ok=True)

    model = DATA / "models/pretrainedResnet_quant.tflite"
    run("gen_kernels", f"--model={model}", "--target=host", "--name=resnet8", f"--out={LIBRARY}")
    found = {picture: classify(picture, samples[f"{picture}|in0"], labels) for picture in PICTURES}
    run("run_model", f"--dir={LIBRARY}", "--bench")

    print()
    for picture, (label, score) in found.items():
        print(f"{picture} -> {label} ({score:.3f})")
    print(f"report: {LIBRARY / 'report.html'}")
    return int(any(picture != label for picture, (label, _) in found.items()))


if __name__ == "__main__":
    sys.exit(main())
