// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/block_depth.h"

namespace nibble::operators {

Layer legalise_block_depth(LegaliseContext &context, const MovedTensors &tensors, const Tensor *image,
                           const Tensor *depth) {
    if (!context.ok()) {
        return {};
    }
    if (image->shape.size() != 4) {
        context.report(*image, "shape", shape_text(image->shape), "4 dimensions");
        return {};
    }
    const auto block = context.attribute("block").get<int64_t>();
    const std::vector<int64_t> &shape = image->shape;
    if (shape[1] % block != 0 || shape[2] % block != 0) {
        context.report(*image, "shape", shape_text(shape),
                       "height and width that are multiples of " + std::to_string(block));
        return {};
    }
    context.expect_shape(*depth, {shape[0], shape[1] / block, shape[2] / block, shape[3] * block * block});
    Layer layer = context.layer({tensors.src}, {tensors.dst});
    layer.attributes = {{"bits", bits_of(image->dtype)}, {"n", shape[0]}, {"h", shape[1] / block},
                        {"w", shape[2] / block},         {"c", shape[3]}, {"block", block}};
    return layer;
}

reference::BlockDepth block_depth_parameters(const Layer &layer) {
    reference::BlockDepth p;
    p.bits = layer.at("bits");
    p.n = layer.at("n");
    p.h = layer.at("h");
    p.w = layer.at("w");
    p.c = layer.at("c");
    p.block = layer.at("block");
    return p;
}

Attributes block_depth_copy(const Layer &layer, bool to_image) {
    const reference::BlockDepth p = block_depth_parameters(layer);
    const int64_t depth = p.block * p.block * p.c, row = p.w * p.block * p.c;
    const StridedDimension c = {p.c, 1};
    if (to_image) {
        return strided_copy(
            p.bits,
            {{p.n, p.h * p.w * depth}, {p.h, p.w * depth}, {p.block, p.block * p.c}, {p.w, depth}, {p.block, p.c}, c});
    }
    return strided_copy(
        p.bits,
        {{p.n, p.h * p.block * row}, {p.h, p.block * row}, {p.w, p.block * p.c}, {p.block, row}, {p.block, p.c}, c});
}

std::vector<Layer> block_depth_samples(const std::string &op, bool from_image) {
    struct Sample {
        const char *family;
        int64_t n, h, w, c, block;
        DType dtype = DType::s8;
    };
    static constexpr Sample samples[] = {
        {"pixels", 1, 8, 9, 3, 2},          {"one_channel", 1, 7, 6, 1, 4}, {"channels", 2, 3, 4, 40, 2},
        {"threes", 1, 5, 2, 7, 3},          {"one_row", 1, 1, 11, 16, 2},   {"u8_pixels", 1, 6, 5, 3, 2, DType::u8},
        {"s32", 1, 2, 3, 5, 2, DType::s32},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = s.family;
        layer.op = op;
        layer.attributes = {{"bits", bits_of(s.dtype)}, {"n", s.n}, {"h", s.h}, {"w", s.w}, {"c", s.c},
                            {"block", s.block}};
        const std::vector<int64_t> image = {s.n, s.h * s.block, s.w * s.block, s.c},
                                   depth = {s.n, s.h, s.w, s.c * s.block * s.block};
        layer.src = {{"src", s.dtype, from_image ? image : depth}};
        layer.dst = {{"dst", s.dtype, from_image ? depth : image}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace nibble::operators
