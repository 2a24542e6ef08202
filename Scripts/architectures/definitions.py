"""PyTorch modules of the networks: of libraries, and of this folder."""

from collections.abc import Callable

import timm
import torch
import torchvision
from timm.utils.model import reparameterize_model

from . import classifiers, image_to_image, ssd, yolo


class Segmenter(torch.nn.Module):
    """A network of torchvision's segmentation, with the map of classes alone as its result."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(x)["out"]


def parts(definition: str) -> tuple[str, dict[str, int | str]]:
    """The name, and the arguments after it: `resnet50 num_classes=10`.

    An empty `pad_type` of timm pads both sides alike, instead of by sizes that the graph computes.
    """
    name, *arguments = definition.split()
    pairs = (argument.split("=") for argument in arguments)
    return name, {key: int(value) if value.isdigit() else value for key, value in pairs}


def of_torchvision(definition: str) -> torch.nn.Module:
    name, options = parts(definition)
    return torchvision.models.get_model(name, weights=None, **options)


def segmenter(definition: str) -> torch.nn.Module:
    return Segmenter(
        torchvision.models.get_model(
            definition, weights=None, weights_backbone=None, aux_loss=False, num_classes=21
        )
    )


def of_timm(definition: str) -> torch.nn.Module:
    name, options = parts(definition)
    return reparameterize_model(timm.create_model(name, exportable=True, **options))


LIBRARIES: dict[str, Callable[[str], torch.nn.Module]] = {
    "torchvision": of_torchvision,
    "torchvision segmentation": segmenter,
    "timm": of_timm,
    "classifiers": classifiers.network,
    "image to image": image_to_image.network,
    "ssd": ssd.network,
    "yolo": yolo.network,
}


def module(library: str, definition: str) -> torch.nn.Module:
    return LIBRARIES[library](definition)


def example(shape: str) -> list[torch.Tensor]:
    """Zeros of a shape without the batch: `3x224x224`."""
    return [torch.zeros(1, *(int(size) for size in shape.split("x")))]
