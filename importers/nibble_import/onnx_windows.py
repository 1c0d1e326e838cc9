# SPDX-License-Identifier: Apache-2.0
"""Where windows of convolutions and pools lie: ONNX's attributes as [height, width] of the model."""

_SAME = ("SAME_UPPER", "SAME_LOWER")


def numbers(converter, node, key, count, default):
    """A list attribute of `count` numbers from 0 (dilations and strides: 1) to 32767."""
    values = node.attributes.get(key, [default] * count)
    if not isinstance(values, list) or len(values) != count or not all(0 <= v < 2**15 for v in values):
        converter.refuse(node, f"{key} {values}", f"{count} numbers in [0, 32767]")
    return list(values)


class Windows:
    """`source`: extents of height and width."""

    def __init__(self, converter, node, source, kernel):
        rank = len(source)
        self.kernel = list(kernel)
        self.stride = numbers(converter, node, "strides", rank, 1)
        self.dilation = numbers(converter, node, "dilations", rank, 1)
        if min([*self.kernel, *self.stride, *self.dilation], default=0) < 1:
            converter.refuse(node, "a kernel, stride or dilation of 0", "at least 1")
        self.span = [(taps - 1) * dilation + 1 for taps, dilation in zip(self.kernel, self.dilation)]
        self.before, self.after = self._pads(converter, node, source)
        room = [s + b + a - span for s, b, a, span in zip(source, self.before, self.after, self.span)]
        if min(room) < 0:
            converter.refuse(node, f"a window of {self.span} on {source}", "one that fits")
        up = [stride - 1 if node.attributes.get("ceil_mode", 0) else 0 for stride in self.stride]
        self.output = [(r + u) // stride + 1 for r, u, stride in zip(room, up, self.stride)]
        if any(up):
            # A window may begin in the source or before, not in what was added behind.
            starts = [(o - 1) * s < extent + b for o, s, extent, b in zip(self.output, self.stride, source, self.before)]
            self.output = [o if inside else o - 1 for o, inside in zip(self.output, starts)]
            ends = [(o - 1) * s + span for o, s, span in zip(self.output, self.stride, self.span)]
            self.after = [max(a, end - s - b) for a, end, s, b in zip(self.after, ends, source, self.before)]

    def _pads(self, converter, node, source):
        auto = node.attributes.get("auto_pad", "NOTSET")
        if auto == "NOTSET":
            pads = numbers(converter, node, "pads", 2 * len(source), 0)
            return pads[: len(source)], pads[len(source) :]
        if auto == "VALID":
            return [0] * len(source), [0] * len(source)
        if auto not in _SAME:
            converter.refuse(node, f"auto_pad {auto!r}", "NOTSET, SAME_LOWER, SAME_UPPER or VALID")
        missing = [
            max((-(-s // stride) - 1) * stride + span - s, 0) for s, stride, span in zip(source, self.stride, self.span)
        ]
        less, more = [m // 2 for m in missing], [m - m // 2 for m in missing]
        return (less, more) if auto == "SAME_UPPER" else (more, less)

    @property
    def padding(self):
        return [*self.before, *self.after]
