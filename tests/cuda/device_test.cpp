// The small model on this machine's GPU, where there is one. SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include <gtest/gtest.h>

#include "tests/compiler/small_model.h"
#include "tests/cuda/cuda_library.h"

namespace nibble::test {
namespace {

TEST(CudaDevice, EqualsReference) {
    for (const char *target : {"cuda-sm80", "cuda-sm90"}) {
        const CudaLibrary library(target, 11);
        // Runs on a machine with an NVIDIA GPU of that capability and its driver; none is part of the set-up.
        if (library.supported() == 0) {
            GTEST_SKIP() << "found no GPU for " << target << ", expected one of NVIDIA's with its driver";
        }
        void *handle = nullptr;
        ASSERT_EQ(library.open(nullptr, nullptr, &handle), NIBBLE_OK);
        const nibble_context context = cuda_context(handle, 0);
        std::vector<int8_t> image(108), result(10);
        std::iota(image.begin(), image.end(), int8_t{-50});
        const void *inputs[] = {image.data()};
        void *outputs[] = {result.data()};
        EXPECT_EQ(library.run(&context, inputs, outputs), NIBBLE_OK);
        EXPECT_EQ(result, run_reference(small_model(11), image));
        EXPECT_EQ(library.close(handle), NIBBLE_OK);
    }
}

} // namespace
} // namespace nibble::test
