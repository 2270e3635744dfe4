"""E_V: the agent's view as 49 visual tokens, one a tile."""

from __future__ import annotations

import numpy as np
import torch
import transformers  # loads a model's code when its class is asked for, not before
from torch import Tensor, nn
from torch.nn import functional as F

from lva.agent.config import AgentConfig
from lva.ground import paths
from lva.world.kernels.sight import VIEW
from lva.world.render import Atlas, tile_numbers

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def view_tiles(images: np.ndarray) -> Tensor:
    """Symbolic views (n, 7, 7, 3) as the agent takes them: tile numbers, rows first, (n, 7, 7) uint8."""
    return tile_numbers(torch.from_numpy(images)).mT.to(torch.uint8)


class Trunk(nn.Module):
    """What both trunks have: the tiles of the world as normalised pictures, and the size of a token."""

    size: int

    def __init__(self, tile_size: int):
        super().__init__()
        tiles = torch.from_numpy(Atlas(tile_size).tiles).permute(0, 3, 1, 2) / 255
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (IMAGENET_MEAN, IMAGENET_STD))
        self.register_buffer("atlas", (tiles - mean) / std, persistent=False)  # (N_TILES, 3, t, t)


class TileTrunk(Trunk):
    """A residual CNN whose stem is an 8 x 8 convolution of stride 8.

    A frame is a mosaic of tiles, so the stem applied to a frame is the stem applied to the atlas, looked up: the
    same function with the same gradient, at the cost of one pass over the atlas a step.
    """

    def __init__(self, config: AgentConfig):
        super().__init__(config.tile_size)
        self.size = config.width
        self.stem = nn.Conv2d(3, config.width, config.tile_size, stride=config.tile_size)
        self.place = nn.Parameter(torch.randn(VIEW, VIEW, config.width))  # as large as what is seen there
        self.blocks = nn.ModuleList(ResidualBlock(config.width) for _ in range(config.blocks))

    def forward(self, tiles: Tensor) -> Tensor:
        """`tiles: (b, 7, 7)` tile numbers, rows first -> tokens (b, 49, width)."""
        table = self.stem(self.atlas).flatten(1)
        x = F.embedding(tiles, table) + self.place
        for block in self.blocks:
            x = block(x)
        return x.flatten(1, 2)


class ResidualBlock(nn.Module):
    """x + conv(relu(conv(norm(x)))), channels last throughout."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Conv2d(width, width, 3, padding=1)
        self.outer = nn.Conv2d(width, width, 3, padding=1)
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """(b, 7, 7, width) -> the same shape."""
        inner = F.relu(self.inner(self.norm(x).permute(0, 3, 1, 2)))
        return x + self.outer(inner).permute(0, 2, 3, 1)


class ResNetTrunk(Trunk):
    """transformers' ResNet-18 on RGB frames put together on the device; its last two stages are always fresh.

    At 56 pixels these have stride 1, at 224 the usual 2: either way 7 x 7 tokens of 512 numbers (at width 32).
    """

    def __init__(self, config: AgentConfig):
        super().__init__(config.tile_size)
        sizes, depths = [config.width * 2**stage for stage in (1, 2, 3, 4)], [2, 2, 2, 2]
        shape = transformers.ResNetConfig(
            embedding_size=sizes[0], hidden_sizes=sizes, depths=depths, layer_type="basic"
        )
        self.resnet, self.size = transformers.ResNetModel(shape), sizes[-1]
        if config.tile_size == 8:
            for stage in self.resnet.encoder.stages[2:]:
                first = stage.layers[0]
                first.shortcut.convolution.stride = first.layer[0].convolution.stride = (1, 1)
        for part in self.pretrained_parts():
            part.requires_grad_(not config.freeze_pretrained)
        self.freezes = config.freeze_pretrained

    def load_pretrained(self, weights: str) -> None:
        """Take the embedder and the first two stages from a ResNet-18 of the hub or of a local folder."""
        try:
            place = paths.find(weights)
            source = transformers.ResNetModel.from_pretrained(
                place if place.is_dir() else weights, use_safetensors=True
            )
        except OSError as error:
            raise OSError(
                f"the ImageNet weights {weights!r} are neither a local folder nor to be had from the hub ({error}); "
                f"download microsoft/resnet-18 where there is a network and give its folder as trunk_weights, "
                f"or use trunk_weights=None for random ones, or trunk='tiles', which needs none"
            ) from error
        for mine, theirs in zip(self.pretrained_parts(), [source.embedder, *source.encoder.stages[:2]]):
            mine.load_state_dict(theirs.state_dict())

    def train(self, mode: bool = True) -> ResNetTrunk:
        """Frozen stages keep the batch statistics of ImageNet."""
        super().train(mode)
        if self.freezes:
            for part in self.pretrained_parts():
                part.eval()
        return self

    def pretrained_parts(self) -> list[nn.Module]:
        """The embedder and the first two stages."""
        return [self.resnet.embedder, *self.resnet.encoder.stages[:2]]

    def forward(self, tiles: Tensor) -> Tensor:
        """`tiles: (b, 7, 7)` tile numbers, rows first -> tokens (b, 49, 16 width)."""
        pictures, side = self.atlas[tiles], VIEW * self.atlas.shape[-1]
        frames = pictures.permute(0, 3, 1, 4, 2, 5).reshape(len(tiles), 3, side, side)
        return self.resnet(frames.contiguous(memory_format=torch.channels_last)).last_hidden_state.flatten(2).mT


def make_trunk(config: AgentConfig) -> Trunk:
    """The trunk that the configuration names."""
    return TileTrunk(config) if config.trunk == "tiles" else ResNetTrunk(config)
