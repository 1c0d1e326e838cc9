// SPDX-License-Identifier: Apache-2.0
#include "bench/emulated_library.h"

#include <fmt/format.h>

#include "model/error.h"
extern "C" {
#include "bench/guest/guest.h"
}

namespace nibble {

EmulatedLibrary::EmulatedLibrary(std::shared_ptr<const GuestProgram> program, const std::vector<std::string> &flags)
    : program_(std::move(program)), process_(program_->command(flags)) {
    const Artifact &artifact = program_->artifact();
    uint64_t supported = 0;
    process_.read(&supported, sizeof(supported));
    if (supported == 0) {
        throw Error(Finding{artifact.archive.string(), artifact.name + "_supported", "0",
                            "1: the emulated CPU lacks instructions that the library uses"});
    }
}

void EmulatedLibrary::call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
                           const std::vector<GuardedBuffer *> &outputs) {
    const Artifact &artifact = program_->artifact();
    std::vector<uint64_t> request = {program_->position(function), artifact.scratch_bytes, artifact.vtcm_bytes,
                                     inputs.size(), outputs.size()};
    for (const GuardedBuffer *input : inputs) {
        request.push_back(input->size());
    }
    for (const GuardedBuffer *output : outputs) {
        request.push_back(output->size());
    }
    process_.write(request.data(), request.size() * sizeof(request[0]));
    for (const GuardedBuffer *input : inputs) {
        process_.write(input->data(), input->size());
    }
    uint64_t reply[2 + NIBBLE_GUEST_COUNTERS];
    process_.read(reply, sizeof(reply));
    counters_ = {reply[2], reply[3], reply[4]};
    for (GuardedBuffer *output : outputs) {
        process_.read(output->data(), output->size());
    }
    if (const auto status = static_cast<int>(reply[0]); status != NIBBLE_OK) {
        throw Error(Finding{function, "status", fmt::format("{} ({})", status, nibble_status_string(status)), "0"});
    }
    if (reply[1] != 0) {
        throw Error(Finding{artifact.archive.string(), function, "a byte written outside of its buffers", "none"});
    }
}

} // namespace nibble
