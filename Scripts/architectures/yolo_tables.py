"""Layer tables of the YOLO networks, and their scales."""

Row = tuple

#: Depth, width, and the most channels before scaling.
SCALES = {
    "v5": {
        "n": (1 / 3, 0.25, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 1024),
        "l": (1, 1, 1024),
        "x": (4 / 3, 1.25, 1024),
    },
    "v8": {
        "n": (1 / 3, 0.25, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 768),
        "l": (1, 1, 512),
        "x": (1, 1.25, 512),
    },
    "v10": {
        "n": (1 / 3, 0.25, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 768),
        "b": (2 / 3, 1, 512),
        "l": (1, 1, 512),
        "x": (1, 1.25, 512),
    },
    "11": {
        "n": (0.5, 0.25, 1024),
        "s": (0.5, 0.5, 1024),
        "m": (0.5, 1, 512),
        "l": (1, 1, 512),
        "x": (1, 1.5, 512),
    },
    "x": {
        "tiny": (1 / 3, 0.375, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 1024),
        "l": (1, 1, 1024),
        "x": (4 / 3, 1.25, 1024),
    },
}
SCALES["v5u"] = SCALES["v5"]
SCALES["v6"] = {scale: SCALES["v5"][scale[0]] for scale in ("n", "n-old", "s")}
UNSCALED = (1, 1, 1 << 16)

V5_NECK: list[Row] = [
    ("Conv", 512),
    ("Up",),
    ("cat", -1, 6),
    ("C3", 512, 3, False),
    ("Conv", 256),
    ("Up",),
    ("cat", -1, 4),
    ("C3", 256, 3, False),
    ("Conv", 256, 3, 2),
    ("cat", -1, 14),
    ("C3", 512, 3, False),
    ("Conv", 512, 3, 2),
    ("cat", -1, 10),
    ("C3", 1024, 3, False),
    ("outputs", 17, 20, 23),
]
V5: list[Row] = [
    ("Conv", 64, 6, 2, 2),
    ("Conv", 128, 3, 2),
    ("C3", 128, 3),
    ("Conv", 256, 3, 2),
    ("C3", 256, 6),
    ("Conv", 512, 3, 2),
    ("C3", 512, 9),
    ("Conv", 1024, 3, 2),
    ("C3", 1024, 3),
    ("SPPF", 1024),
    *V5_NECK,
]
X: list[Row] = [
    ("Focus", 64),
    ("Conv", 128, 3, 2),
    ("C3", 128, 3),
    ("Conv", 256, 3, 2),
    ("C3", 256, 9),
    ("Conv", 512, 3, 2),
    ("C3", 512, 9),
    ("Conv", 1024, 3, 2),
    ("SPP", 1024),
    ("C3", 1024, 3, False),
    *V5_NECK,
]
V8_BODY: list[Row] = [
    ("Conv", 64, 3, 2),
    ("Conv", 128, 3, 2),
    ("C2f", 128, 3, True),
    ("Conv", 256, 3, 2),
    ("C2f", 256, 6, True),
    ("Conv", 512, 3, 2),
    ("C2f", 512, 6, True),
    ("Conv", 1024, 3, 2),
    ("C2f", 1024, 3, True),
]
V8: list[Row] = [
    *V8_BODY,
    ("SPPF", 1024),
    ("Up",),
    ("cat", -1, 6),
    ("C2f", 512, 3),
    ("Up",),
    ("cat", -1, 4),
    ("C2f", 256, 3),
    ("Conv", 256, 3, 2),
    ("cat", -1, 12),
    ("C2f", 512, 3),
    ("Conv", 512, 3, 2),
    ("cat", -1, 9),
    ("C2f", 1024, 3),
    ("outputs", 15, 18, 21),
]


def v10(scale: str) -> list[Row]:
    """Larger networks have compact inverted blocks in more places; the smallest large kernels."""
    compact = {"n": [22], "s": [8, 22], "m": [8, 19, 22], "x": [6, 8, 13, 19, 22]}
    kernel = 7 if scale in "ns" else 3

    def block(place: int, channels: int, repeats: int, shortcut: bool = False) -> Row:
        if place in compact.get(scale, [8, 13, 19, 22]):
            return ("C2fCIB", channels, repeats, kernel)
        return ("C2f", channels, repeats, shortcut)

    return [
        *V8_BODY[:5],
        ("SCDown", 512),
        block(6, 512, 6, True),
        ("SCDown", 1024),
        block(8, 1024, 3, True),
        ("SPPF", 1024),
        ("PSA", 1024),
        ("Up",),
        ("cat", -1, 6),
        block(13, 512, 3),
        ("Up",),
        ("cat", -1, 4),
        block(16, 256, 3),
        ("Conv", 256, 3, 2),
        ("cat", -1, 13),
        block(19, 512, 3),
        ("SCDown", 512),
        ("cat", -1, 10),
        block(22, 1024, 3),
        ("outputs", 16, 19, 22),
    ]


def v11(scale: str) -> list[Row]:
    large = scale in "mlx"
    return [
        ("Conv", 64, 3, 2),
        ("Conv", 128, 3, 2),
        ("C3k2", 256, 2, large, 0.25),
        ("Conv", 256, 3, 2),
        ("C3k2", 512, 2, large, 0.25),
        ("Conv", 512, 3, 2),
        ("C3k2", 512, 2, True),
        ("Conv", 1024, 3, 2),
        ("C3k2", 1024, 2, True),
        ("SPPF", 1024),
        ("PSA", 1024, 2),
        ("Up",),
        ("cat", -1, 6),
        ("C3k2", 512, 2, large),
        ("Up",),
        ("cat", -1, 4),
        ("C3k2", 256, 2, large),
        ("Conv", 256, 3, 2),
        ("cat", -1, 13),
        ("C3k2", 512, 2, large),
        ("Conv", 512, 3, 2),
        ("cat", -1, 10),
        ("C3k2", 1024, 2, True),
        ("outputs", 16, 19, 22),
    ]


def v9(scale: str) -> list[Row]:
    """Channels of the first two rows, of the five levels, and of the pyramid's way back."""
    first, levels, back, depth, down = {
        "t": (16, (32, 64, 96, 128), (48, 64), 3, "AConv"),
        "s": (32, (64, 128, 192, 256), (96, 128), 3, "AConv"),
        "m": (32, (128, 240, 360, 480), (180, 240), 1, "AConv"),
        "c": (64, (256, 512, 512, 512), (256, 512), 1, "ADown"),
    }[scale]
    plain = scale in "ts"

    def elan(c: int, inner: int | None = None) -> Row:
        inner = inner or c
        return ("ELAN", c, inner, inner // 2, depth)

    p2, p3, p4, p5 = levels
    on_c = scale == "c"
    downs = (256, 512, 512) if on_c else (p3, p4, p5)
    return [
        ("Conv", first, 3, 2),
        ("Conv", 2 * first, 3, 2),
        ("ELAN", p2, p2, p2 // 2, 0) if plain else elan(p2, 128),
        (down, downs[0]),
        elan(p3, 256 if on_c else None),
        (down, downs[1]),
        elan(p4),
        (down, downs[2]),
        elan(p5),
        ("SPPELAN", p5, p5 // 2),
        ("Up",),
        ("cat", -1, 6),
        elan(p4),
        ("Up",),
        ("cat", -1, 4),
        elan(256 if on_c else p3),
        (down, back[0]),
        ("cat", -1, 12),
        elan(p4),
        (down, back[1]),
        ("cat", -1, 9),
        elan(p5),
        ("outputs", 15, 18, 21),
    ]


V3: list[Row] = [
    ("Conv", 32, 3),
    ("Conv", 64, 3, 2),
    ("Residuals", 64, 1),
    ("Conv", 128, 3, 2),
    ("Residuals", 128, 2),
    ("Conv", 256, 3, 2),
    ("Residuals", 256, 8),
    ("Conv", 512, 3, 2),
    ("Residuals", 512, 8),
    ("Conv", 1024, 3, 2),
    ("Residuals", 1024, 4),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("take", 15),
    ("Conv", 256),
    ("Up",),
    ("cat", -1, 8),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("take", 25),
    ("Conv", 128),
    ("Up",),
    ("cat", -1, 6),
    ("Conv", 128),
    ("Conv", 256, 3),
    ("Conv", 128),
    ("Conv", 256, 3),
    ("Conv", 128),
    ("Conv", 256, 3),
    ("outputs", 36, 26, 16),
]


def v7_elan(c: int, out: int) -> Row:
    return ("Elan7", out, c, c, 4, 2)


def v7_joined(c: int) -> Row:
    return ("Elan7", c, c, c // 2, 4, 1)


V7: list[Row] = [
    ("Conv", 32, 3),
    ("Conv", 64, 3, 2),
    ("Conv", 64, 3),
    ("Conv", 128, 3, 2),
    v7_elan(64, 256),
    ("Down7", 256),
    v7_elan(128, 512),
    ("Down7", 512),
    v7_elan(256, 1024),
    ("Down7", 1024),
    v7_elan(256, 1024),
    ("SPPCSPC", 512, 1),
    ("Conv", 256),
    ("Up",),
    ("take", 8),
    ("Conv", 256),
    ("cat", -1, 13),
    v7_joined(256),
    ("Conv", 128),
    ("Up",),
    ("take", 6),
    ("Conv", 128),
    ("cat", -1, 19),
    v7_joined(128),
    ("Down7", 256),
    ("cat", -1, 17),
    v7_joined(256),
    ("Down7", 512),
    ("cat", -1, 11),
    v7_joined(512),
    ("take", 23),
    ("Conv", 256, 3),
    ("take", 26),
    ("Conv", 512, 3),
    ("take", 29),
    ("Conv", 1024, 3),
    ("outputs", 31, 33, 35),
]


def v7_tiny_elan(out: int) -> Row:
    return ("Elan7", out, out // 2, out // 2, 2, 1)


V7_TINY: list[Row] = [
    ("Conv", 32, 3, 2),
    ("Conv", 64, 3, 2),
    v7_tiny_elan(64),
    ("Pool",),
    v7_tiny_elan(128),
    ("Pool",),
    v7_tiny_elan(256),
    ("Pool",),
    v7_tiny_elan(512),
    ("SPPCSPC", 256, 1, False),
    ("Conv", 128),
    ("Up",),
    ("take", 6),
    ("Conv", 128),
    ("cat", -1, 11),
    v7_tiny_elan(128),
    ("Conv", 64),
    ("Up",),
    ("take", 4),
    ("Conv", 64),
    ("cat", -1, 17),
    v7_tiny_elan(64),
    ("Conv", 128, 3, 2),
    ("cat", -1, 15),
    v7_tiny_elan(128),
    ("Conv", 256, 3, 2),
    ("cat", -1, 9),
    v7_tiny_elan(256),
    ("take", 21),
    ("Conv", 128, 3),
    ("take", 24),
    ("Conv", 256, 3),
    ("take", 27),
    ("Conv", 512, 3),
    ("outputs", 29, 31, 33),
]
V6_BODY: list[Row] = [
    ("Conv", 64, 3, 2),
    ("Conv", 128, 3, 2),
    ("Chain", 128, 6),
    ("Conv", 256, 3, 2),
    ("Chain", 256, 12),
    ("Conv", 512, 3, 2),
    ("Chain", 512, 18),
    ("Conv", 1024, 3, 2),
    ("Chain", 1024, 6),
]
#: Releases 0.1 and 0.2.
V6_OLD: list[Row] = [
    *V6_BODY,
    ("SPPF", 1024),
    ("Conv", 256),
    ("Transposed", 256),
    ("cat", -1, 6),
    ("Chain", 256, 12),
    ("Conv", 128),
    ("Transposed", 128),
    ("cat", -1, 4),
    ("Chain", 128, 12),
    ("Conv", 128, 3, 2),
    ("cat", -1, 14),
    ("Chain", 256, 12),
    ("Conv", 256, 3, 2),
    ("cat", -1, 10),
    ("Chain", 512, 12),
    ("outputs", 17, 20, 23),
]
#: Releases 0.3 and later: each level also takes the one below.
V6: list[Row] = [
    *V6_BODY,
    ("SPPCSPC", 1024, 0.5, True, True),
    ("Conv", 256),
    ("Transposed", 256),
    ("take", 6),
    ("Conv", 256),
    ("take", 4),
    ("Conv", 256),
    ("Conv", 256, 3, 2),
    ("cat", 11, 13, 16),
    ("Conv", 256),
    ("Chain", 256, 12),
    ("Conv", 128),
    ("Transposed", 128),
    ("take", 4),
    ("Conv", 128),
    ("take", 2),
    ("Conv", 128),
    ("Conv", 128, 3, 2),
    ("cat", 21, 23, 26),
    ("Conv", 128),
    ("Chain", 128, 12),
    ("Conv", 128, 3, 2),
    ("cat", -1, 20),
    ("Chain", 256, 12),
    ("Conv", 256, 3, 2),
    ("cat", -1, 10),
    ("Chain", 512, 12),
    ("outputs", 29, 32, 35),
]
V3_TINY: list[Row] = [
    ("Conv", 16, 3),
    ("Pool",),
    ("Conv", 32, 3),
    ("Pool",),
    ("Conv", 64, 3),
    ("Pool",),
    ("Conv", 128, 3),
    ("Pool",),
    ("Conv", 256, 3),
    ("Pool",),
    ("Conv", 512, 3),
    ("PoolSame",),
    ("Conv", 1024, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("take", 13),
    ("Conv", 128),
    ("Up",),
    ("cat", -1, 8),
    ("Conv", 256, 3),
    ("outputs", 19, 14),
]
V4_TINY: list[Row] = [
    ("Conv", 32, 3, 2),
    ("Conv", 64, 3, 2),
    ("Tiny4", 128),
    ("Pool",),
    ("Tiny4", 256),
    ("Pool",),
    ("Tiny4", 512),
    ("Pool",),
    ("Conv", 512, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("take", 9),
    ("Conv", 128),
    ("Up",),
    ("take", 6),
    ("Behind", 256),
    ("cat", 13, 15),
    ("Conv", 256, 3),
    ("outputs", 17, 10),
]


def five(c: int) -> list[Row]:
    return [("Conv", c), ("Conv", 2 * c, 3), ("Conv", c), ("Conv", 2 * c, 3), ("Conv", c)]


V4: list[Row] = [
    ("Conv", 32, 3),
    ("Conv", 64, 3, 2),
    ("Partial4", 64, 1, True),
    ("Conv", 128, 3, 2),
    ("Partial4", 128, 2),
    ("Conv", 256, 3, 2),
    ("Partial4", 256, 8),
    ("Conv", 512, 3, 2),
    ("Partial4", 512, 8),
    ("Conv", 1024, 3, 2),
    ("Partial4", 1024, 4),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("SPP4", 512),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("Conv", 256),
    ("Up",),
    ("take", 8),
    ("Conv", 256),
    ("cat", 20, 18),
    *five(256),
    ("Conv", 128),
    ("Up",),
    ("take", 6),
    ("Conv", 128),
    ("cat", 30, 28),
    *five(128),
    ("Conv", 256, 3),
    ("take", 36),
    ("Conv", 256, 3, 2),
    ("cat", -1, 26),
    *five(256),
    ("Conv", 512, 3),
    ("take", 45),
    ("Conv", 512, 3, 2),
    ("cat", -1, 16),
    *five(512),
    ("Conv", 1024, 3),
    ("outputs", 37, 46, 55),
]
V2: list[Row] = [
    ("Conv", 32, 3),
    ("Pool",),
    ("Conv", 64, 3),
    ("Pool",),
    ("Conv", 128, 3),
    ("Conv", 64),
    ("Conv", 128, 3),
    ("Pool",),
    ("Conv", 256, 3),
    ("Conv", 128),
    ("Conv", 256, 3),
    ("Pool",),
    ("Conv", 512, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("Pool",),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("Conv", 1024, 3),
    ("Conv", 1024, 3),
    ("take", 16),
    ("Conv", 64),
    ("Unshuffle", 256),
    ("cat", -1, 24),
    ("Conv", 1024, 3),
    ("outputs", 29),
]
V2_TINY: list[Row] = [
    *V3_TINY[:13],
    ("Conv", 512, 3),
    ("outputs", 13),
]
