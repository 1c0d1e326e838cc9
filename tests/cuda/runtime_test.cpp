// What a library for a GPU asks of CUDA's driver, and when: on a driver that counts.
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <stdexcept>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cuda/cuda_library.h"
extern "C" {
#include "tests/cuda/fake_driver.h"
}

namespace nibble::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The driver that the libraries of this process find, by its name.
FakeCuda &fake_cuda() {
    static auto *fake = [] {
        void *driver = dlopen(NIBBLE_FAKE_DRIVER, RTLD_NOW | RTLD_LOCAL);
        if (driver == nullptr) {
            throw std::runtime_error(dlerror());
        }
        return static_cast<FakeCuda *>(dlsym(driver, "fake_cuda"));
    }();
    return *fake;
}

class CudaRuntime : public testing::Test {
protected:
    static void SetUpTestSuite() { library = std::make_unique<CudaLibrary>("cuda-sm90", 7); }
    static void TearDownTestSuite() { library.reset(); }

    CudaRuntime() {
        const FakeCuda fresh = {1, 90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, nullptr};
        fake_cuda() = fresh;
    }

    static void *opened() {
        void *handle = nullptr;
        EXPECT_EQ(library->open(nullptr, stream, &handle), NIBBLE_OK);
        EXPECT_NE(handle, nullptr);
        return handle;
    }

    static void expect_nothing_left() {
        const FakeCuda &fake = fake_cuda();
        EXPECT_EQ(fake.frees, fake.allocations);
        EXPECT_EQ(fake.modules_unloaded, fake.modules_loaded);
        EXPECT_EQ(fake.contexts_popped, fake.contexts_pushed);
        EXPECT_EQ(fake.contexts_released, fake.contexts_retained);
    }

    static std::unique_ptr<CudaLibrary> library;
    static void *const stream;
    alignas(16) int8_t image_[108 + 16] = {};
    alignas(16) int8_t result_[10 + 16] = {};
    const void *inputs_[1] = {image_};
    void *outputs_[1] = {result_};
};

std::unique_ptr<CudaLibrary> CudaRuntime::library;
void *const CudaRuntime::stream = &CudaRuntime::library;

TEST_F(CudaRuntime, OpenLoadsEachModuleAndTheConstantsOnce) {
    void *handle = opened();
    EXPECT_EQ(fake_cuda().modules_loaded, 3); // conv, dense and the reshape between two caller's buffers
    EXPECT_EQ(fake_cuda().copies_to_device, 1);
    EXPECT_EQ(fake_cuda().bytes_to_device, library->constant_bytes);
    EXPECT_EQ(fake_cuda().launches, 0);
    EXPECT_EQ(fake_cuda().allocations, 3); // constants, arena and staging
    EXPECT_EQ(library->close(handle), NIBBLE_OK);
    expect_nothing_left();
}

TEST_F(CudaRuntime, RunOnDeviceMemoryOnlyLaunches) {
    void *handle = opened();
    const FakeCuda before = fake_cuda();
    const nibble_context context = cuda_context(handle, 1);
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_OK);
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_OK);
    const FakeCuda &after = fake_cuda();
    EXPECT_EQ(after.launches - before.launches, 4);
    EXPECT_EQ(after.stream, stream);
    EXPECT_EQ(after.allocations, before.allocations);
    EXPECT_EQ(after.frees, before.frees);
    EXPECT_EQ(after.synchronisations, before.synchronisations);
    EXPECT_EQ(after.copies_to_device + after.copies_to_host, before.copies_to_device + before.copies_to_host);
    EXPECT_EQ(after.modules_loaded, before.modules_loaded);
    EXPECT_EQ(after.contexts_popped, after.contexts_pushed);
    library->close(handle);
}

TEST_F(CudaRuntime, RunOnHostMemoryCopiesTensorsAndWaits) {
    void *handle = opened();
    const FakeCuda before = fake_cuda();
    const nibble_context context = cuda_context(handle, 0);
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_OK);
    const FakeCuda &after = fake_cuda();
    EXPECT_EQ(after.bytes_to_device - before.bytes_to_device, 108u);
    EXPECT_EQ(after.bytes_to_host, 10u);
    EXPECT_EQ(after.synchronisations - before.synchronisations, 1);
    EXPECT_EQ(after.allocations, before.allocations);
    library->close(handle);
}

TEST_F(CudaRuntime, LayersRunAlone) {
    void *handle = opened();
    const nibble_context context = cuda_context(handle, 0);
    int8_t flat[144] = {};
    inputs_[0] = flat;
    EXPECT_EQ(library->dense(&context, inputs_, outputs_), NIBBLE_OK);
    EXPECT_EQ(fake_cuda().launches, 1);
    library->close(handle);
}

TEST_F(CudaRuntime, CallsAreRefusedBeforeAnythingIsLaunched) {
    void *handle = opened();
    nibble_context context = cuda_context(nullptr, 1);
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_ERROR_NULL_ARGUMENT);
    context.cuda_handle = handle;
    inputs_[0] = image_ + 4;
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_ERROR_MISALIGNED);
    inputs_[0] = nullptr;
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_ERROR_NULL_ARGUMENT);
    inputs_[0] = image_;
    context.abi_version = 0;
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_ERROR_ABI_MISMATCH);
    EXPECT_EQ(library->run(nullptr, inputs_, outputs_), NIBBLE_ERROR_NULL_ARGUMENT);
    EXPECT_EQ(fake_cuda().launches, 0);
    library->close(handle);
}

TEST_F(CudaRuntime, HostTensorsMayBeAnywhere) {
    void *handle = opened();
    const nibble_context context = cuda_context(handle, 0);
    inputs_[0] = image_ + 1;
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_OK);
    library->close(handle);
}

TEST_F(CudaRuntime, AFailedLaunchIsTheCallsStatus) {
    void *handle = opened();
    const nibble_context context = cuda_context(handle, 1);
    fake_cuda().launch_fails = 1;
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_ERROR_KERNEL);
    EXPECT_EQ(fake_cuda().launches, 1);
    library->close(handle);
}

TEST_F(CudaRuntime, OpenLeavesNothingWhereItFails) {
    for (int allowed = 0; allowed < 3; ++allowed) {
        void *handle = this;
        fake_cuda().allocations_until_failure = allowed;
        EXPECT_EQ(library->open(nullptr, nullptr, &handle), NIBBLE_ERROR_DEVICE);
        EXPECT_EQ(handle, nullptr);
        expect_nothing_left();
    }
    fake_cuda().allocations_until_failure = -1;
    fake_cuda().load_fails = 1;
    void *handle = nullptr;
    EXPECT_EQ(library->open(nullptr, nullptr, &handle), NIBBLE_ERROR_DEVICE);
    expect_nothing_left();
    EXPECT_EQ(library->open(nullptr, nullptr, nullptr), NIBBLE_ERROR_NULL_ARGUMENT);
    EXPECT_EQ(library->close(nullptr), NIBBLE_OK);
}

TEST_F(CudaRuntime, TheCallersContextIsUsed) {
    void *handle = nullptr;
    EXPECT_EQ(library->open(&handle, nullptr, &handle), NIBBLE_OK);
    EXPECT_EQ(fake_cuda().contexts_retained, 0);
    library->close(handle);
    expect_nothing_left();
}

TEST_F(CudaRuntime, SupportedAsksForTheFirstGpusCapability) {
    EXPECT_EQ(library->supported(), 1);
    fake_cuda().capability = 86;
    EXPECT_EQ(library->supported(), 0);
    fake_cuda().devices = 0;
    EXPECT_EQ(library->supported(), 0);
    void *handle = nullptr;
    EXPECT_EQ(library->open(nullptr, nullptr, &handle), NIBBLE_ERROR_DEVICE);
}

TEST_F(CudaRuntime, TwoHandlesShareNothing) {
    void *first = opened(), *second = opened();
    EXPECT_EQ(fake_cuda().modules_loaded, 6);
    library->close(first);
    const nibble_context context = cuda_context(second, 1);
    EXPECT_EQ(library->run(&context, inputs_, outputs_), NIBBLE_OK);
    library->close(second);
    expect_nothing_left();
}

TEST_F(CudaRuntime, TheLibraryNeedsNoCudaToLink) {
    EXPECT_THAT(library->symbols, Not(HasSubstr("\ncu")));
    EXPECT_THAT(library->symbols, Not(HasSubstr("halide_")));
    EXPECT_THAT(library->symbols, HasSubstr("small_open T"));
    EXPECT_EQ(library->info->scratch_bytes, 0u);
}

} // namespace
} // namespace nibble::test
