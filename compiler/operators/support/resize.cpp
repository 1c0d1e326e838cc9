// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/resize.h"

#include <nlohmann/json.hpp>

#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

Attributes attributes_of(const std::vector<int64_t> &src, const std::vector<int64_t> &dst, bool align_corners,
                         bool half_pixel_centers) {
    return {{"n", src[0]},
            {"h", src[1]},
            {"w", src[2]},
            {"c", src[3]},
            {"oh", dst[1]},
            {"ow", dst[2]},
            {"align_corners", align_corners},
            {"half_pixel_centers", half_pixel_centers}};
}

} // namespace

Attributes resize_attributes(LegaliseContext &context, const Tensor &src, const Tensor &dst) {
    if (src.shape.size() != 4 || dst.shape.size() != 4) {
        context.report(src, "shape", shape_text(src.shape), "4 dimensions");
        return {};
    }
    context.expect_shape(dst, {src.shape[0], dst.shape[1], dst.shape[2], src.shape[3]});
    context.expect_same_quantization(src, dst);
    return attributes_of(src.shape, dst.shape, context.attribute("align_corners"),
                         context.attribute("half_pixel_centers"));
}

reference::Resize2d resize_parameters(const Layer &layer) {
    reference::Resize2d p;
    p.n = layer.at("n");
    p.h = layer.at("h");
    p.w = layer.at("w");
    p.c = layer.at("c");
    p.oh = layer.at("oh");
    p.ow = layer.at("ow");
    p.align_corners = layer.at("align_corners") != 0;
    p.half_pixel_centers = layer.at("half_pixel_centers") != 0;
    return p;
}

std::vector<Layer> resize_samples(const std::string &op) {
    struct Sample {
        const char *family;
        std::vector<int64_t> src;
        int64_t oh, ow;
        bool align_corners = false, half_pixel_centers = false;
    };
    static const Sample samples[] = {
        {"double", {1, 5, 6, 20}, 10, 12, false, true}, {"uneven", {2, 7, 4, 33}, 9, 11},
        {"smaller", {1, 9, 10, 65}, 4, 3, false, true}, {"corners", {1, 4, 5, 7}, 7, 13, true},
        {"from_one", {1, 1, 1, 70}, 3, 4, true},        {"narrow", {1, 6, 3, 1}, 8, 7},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        const std::vector<int64_t> outputs = {sample.src[0], sample.oh, sample.ow, sample.src[3]};
        Layer layer;
        layer.name = sample.family;
        layer.op = op;
        layer.attributes = attributes_of(sample.src, outputs, sample.align_corners, sample.half_pixel_centers);
        layer.src = {sample_tensor("src", sample.src)};
        layer.dst = {sample_tensor("dst", outputs)};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace nibble::operators
