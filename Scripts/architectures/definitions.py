"""PyTorch modules of the networks: of libraries, and of this folder."""

from collections.abc import Callable

import timm
import torch
import torchvision
from timm.utils.model import reparameterize_model

from . import yolo


class Segmenter(torch.nn.Module):
    """A network of torchvision's segmentation, with the map of classes alone as its result."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(x)["out"]


def of_torchvision(definition: str) -> torch.nn.Module:
    return torchvision.models.get_model(definition, weights=None)


def segmenter(definition: str) -> torch.nn.Module:
    return Segmenter(
        torchvision.models.get_model(
            definition, weights=None, weights_backbone=None, aux_loss=False, num_classes=21
        )
    )


def of_timm(definition: str) -> torch.nn.Module:
    """`levit_128`, or with arguments: `resnet50 num_classes=10`."""
    name, *arguments = definition.split()
    options = {key: int(value) for key, value in (item.split("=") for item in arguments)}
    return reparameterize_model(timm.create_model(name, exportable=True, **options))


LIBRARIES: dict[str, Callable[[str], torch.nn.Module]] = {
    "torchvision": of_torchvision,
    "torchvision segmentation": segmenter,
    "timm": of_timm,
    "yolo": yolo.network,
}


def module(library: str, definition: str) -> torch.nn.Module:
    return LIBRARIES[library](definition)


def example(shape: str) -> list[torch.Tensor]:
    """Zeros of a shape without the batch: `3x224x224`."""
    return [torch.zeros(1, *(int(size) for size in shape.split("x")))]
