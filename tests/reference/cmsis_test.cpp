// The reference against CMSIS-NN's published outputs, bit for bit.
// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cmsis_cases.h"

#include <gtest/gtest.h>

#include "compiler/operator_table.h"

namespace nibble::test {
namespace {

class CmsisVectors : public testing::TestWithParam<CmsisKind> {};

TEST_P(CmsisVectors, AreAllThere) { EXPECT_EQ(read_cmsis_cases(GetParam()).size(), GetParam().cases); }

TEST_P(CmsisVectors, EqualTheReference) {
    for (const CmsisCase &vector : read_cmsis_cases(GetParam())) {
        const OperatorRow *row = find_operator(vector.layer.op);
        ASSERT_NE(row, nullptr);
        std::vector<const void *> src;
        for (const auto &tensor : vector.src) {
            src.push_back(tensor.data());
        }
        std::vector<uint8_t> dst(vector.expected.size());
        std::vector<std::vector<uint8_t>> others;
        std::vector<void *> all = {dst.data()};
        for (size_t i = 1; i < vector.layer.dst.size(); ++i) {
            all.push_back(others.emplace_back(vector.layer.dst[i].bytes()).data());
        }
        row->reference(vector.layer, src, all);
        EXPECT_EQ(dst, vector.expected) << vector.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, CmsisVectors, testing::ValuesIn(cmsis_kinds()),
                         [](const auto &kind) { return std::string(kind.param.folder); });

} // namespace
} // namespace nibble::test
