// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_memory.h"

#include <algorithm>

#include <fmt/format.h>

#include "autotune/html.h"

namespace nibble {
namespace {

constexpr double width = 960, height = 320;
constexpr double left = 76, right = 16, top = 14, bottom = 40;
constexpr double character = 6.3;  ///< width of a label's character
constexpr double line_height = 14; ///< of a label
constexpr int ticks = 4;           ///< of the axis of bytes

/// Layers to x, bytes to y.
struct Frame {
    size_t layers = 1;
    int64_t bytes = 1;

    double x(int layer) const { return left + (width - left - right) * layer / static_cast<double>(layers); }
    double y(int64_t offset) const {
        return height - bottom - (height - top - bottom) * static_cast<double>(offset) / static_cast<double>(bytes);
    }
};

std::string rectangle(const Frame &frame, const char *css, int first, int last, int64_t offset, int64_t bytes,
                      const std::string &title) {
    const double x = frame.x(first), y = frame.y(offset + bytes);
    return fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{}</title></rect>", css,
        x, y, frame.x(last + 1) - x, frame.y(offset) - y, escape_html(title));
}

/// The block's name where it fits into the rectangle.
std::string label(const Frame &frame, const ReportBlock &block) {
    const double room = frame.x(block.last + 1) - frame.x(block.first) - 6;
    const double high = frame.y(block.offset) - frame.y(block.offset + block.bytes);
    const std::string words = bytes_text(block.bytes);
    if (room < character * static_cast<double>(words.size()) || high < line_height) {
        return "";
    }
    return fmt::format("<text class=\"block-label\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", frame.x(block.first) + 3,
                       frame.y(block.offset + block.bytes) + line_height - 3, escape_html(words));
}

std::string layer_span(const ReportModel &model, int first, int last) {
    const std::string &from = model.layers[static_cast<size_t>(first)].name;
    return first == last ? from : from + " to " + model.layers[static_cast<size_t>(last)].name;
}

std::string blocks(const Frame &frame, const ReportModel &model, const std::vector<ReportBlock> &arena) {
    std::string svg;
    for (const ReportBlock &block : arena) {
        svg += rectangle(frame, "block", block.first, block.last, block.offset, block.bytes,
                         fmt::format("{}: {} at {}, {}", block.tensors, bytes_text(block.bytes), block.offset,
                                     layer_span(model, block.first, block.last))) +
               label(frame, block) + "\n";
    }
    return svg;
}

std::string staging(const Frame &frame, const ReportLayer &layer, int64_t offset, int64_t bytes) {
    return bytes == 0 ? ""
                      : rectangle(frame, "staging", layer.number - 1, layer.number - 1, offset, bytes,
                                  fmt::format("{} stages {}", layer.name, bytes_text(bytes))) +
                            "\n";
}

std::string axes(const Frame &frame) {
    std::string svg;
    for (int i = 0; i <= ticks; ++i) {
        const int64_t offset = frame.bytes * i / ticks;
        svg += fmt::format(
            "<line class=\"grid\" x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/><text class=\"tick y\" "
            "x=\"{}\" y=\"{:.1f}\">{}</text>\n",
            left, frame.y(offset), width - right, frame.y(offset), left - 8, frame.y(offset) + 4, bytes_text(offset));
    }
    const int step = static_cast<int>(frame.layers / 24 + 1); // so that numbers have room
    for (int layer = 0; layer < static_cast<int>(frame.layers); layer += step) {
        svg += fmt::format("<text class=\"tick x\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                           (frame.x(layer) + frame.x(layer + 1)) / 2, height - bottom + 15, layer + 1);
    }
    return svg + fmt::format("<text class=\"axis\" x=\"{:.1f}\" y=\"{:.1f}\">layer, in the order they run</text>\n",
                             (left + width - right) / 2, height - 6);
}

/// No arena can end below this line.
std::string bound(const Frame &frame, const ReportModel &model) {
    const double y = frame.y(model.largest_live_bytes);
    return fmt::format("<line class=\"live\" x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/>\n", left, y,
                       width - right, y);
}

std::string svg_of(const char *memory, const std::string &content) {
    return fmt::format("<svg class=\"memory-plan\" viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-label=\"{} over the "
                       "layers\">\n{}</svg>\n",
                       width, height, memory, content);
}

} // namespace

std::string memory_chart(const ReportModel &model) {
    if (model.scratch_bytes == 0) {
        return "";
    }
    const Frame frame = {std::max<size_t>(model.layers.size(), 1), model.scratch_bytes};
    std::string content = axes(frame) + blocks(frame, model, model.arena);
    for (const ReportLayer &layer : model.layers) {
        content += staging(frame, layer, model.arena_bytes, layer.scratch_bytes);
    }
    return svg_of("Scratch memory", content + bound(frame, model));
}

std::string vtcm_chart(const ReportModel &model) {
    if (model.vtcm_bytes == 0) {
        return "";
    }
    const Frame frame = {std::max<size_t>(model.layers.size(), 1), model.vtcm_bytes};
    std::string content = axes(frame) + blocks(frame, model, model.vtcm);
    for (const ReportLayer &layer : model.layers) {
        content += staging(frame, layer, layer.vtcm_offset, layer.vtcm_bytes);
    }
    return svg_of("VTCM", content);
}

} // namespace nibble
