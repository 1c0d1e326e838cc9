// SPDX-License-Identifier: Apache-2.0
#include "bench/callable_library.h"

#include "bench/emulated_library.h"
#include "bench/native_library.h"

namespace nibble {

std::unique_ptr<CallableLibrary> load_library(const Artifact &artifact, const std::string &ld_lld) {
    if (artifact.runner == "native" || artifact.runner == "cuda") {
        return std::make_unique<NativeLibrary>(artifact, ld_lld);
    }
    return std::make_unique<EmulatedLibrary>(std::make_shared<GuestProgram>(artifact, ld_lld));
}

} // namespace nibble
