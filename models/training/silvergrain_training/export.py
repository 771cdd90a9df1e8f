"""A checkpoint to ONNX, with a file to check other runtimes against. `run.sh export --help`"""
import argparse
import inspect
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from .checkpoint import discriminator_weights, generator_weights
from .networks import Judge, discriminator_of, generator_of
from .parity import write_parity

OPSET = 13


def to_onnx(network: nn.Module, example: Tensor, file: Path, names: tuple[str, str], axes: tuple[str, str]) -> None:
    """
    Writes the network, one picture at a time, of any size; `axes` name the output's height and width.

    Beside it goes <name>.parity.json: the example and what PyTorch makes of it.
    """
    network.eval()
    given, made = names
    # Newer PyTorch has another exporter by default, which needs packages that this one does not.
    traced = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The shape inference of prim::Constant")
        torch.onnx.export(
            network, example, str(file), opset_version=OPSET, input_names=[given], output_names=[made],
            dynamic_axes={given: {2: "height", 3: "width"}, made: {2: axes[0], 3: axes[1]}}, **traced,
        )
    with torch.no_grad():
        write_parity(file.with_suffix(".parity.json"), {given: example}, {made: network(example)})
    print(file)


def main() -> None:
    parser = argparse.ArgumentParser(description="Exports a checkpoint's averaged generator, and its discriminator.")
    parser.add_argument("checkpoint", type=Path, help="of either stage")
    parser.add_argument("out", type=Path, help="folder for NAME.onnx, DISCRIMINATOR.onnx and their parity files")
    parser.add_argument("--name", default="srgan-x4", help="of the generator's file (default: srgan-x4)")
    parser.add_argument("--discriminator", default="srgan-discriminator",
                        help="of the discriminator's, where the checkpoint has one (default: srgan-discriminator)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    # Noise: photos would not exercise every weight. Two sides that differ show a mix-up of height and width.
    random = torch.Generator().manual_seed(1)
    generator = generator_of(generator_weights(options.checkpoint))
    to_onnx(generator, torch.rand(1, 3, 24, 32, generator=random), options.out / f"{options.name}.onnx",
            ("input", "output"), ("out_height", "out_width"))
    weights = discriminator_weights(options.checkpoint)
    if weights is not None:
        to_onnx(Judge(discriminator_of(weights)), torch.rand(1, 3, 64, 96, generator=random),
                options.out / f"{options.discriminator}.onnx", ("image", "logits"), ("rows", "columns"))


if __name__ == "__main__":
    main()
