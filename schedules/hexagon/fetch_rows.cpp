// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/fetch_rows.h"

#include <stdexcept>

namespace nibble::hexagon {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int64_t row_bytes = 128, most_rows = (1 << 16) - 1;

class FetchRows : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        constexpr size_t one_run = 4; // base, offset, extent, stride
        if (!op->is_intrinsic(Call::prefetch) || op->args.size() != one_run) {
            return IRMutator::visit(op);
        }
        const int64_t bytes = as_const_int(op->args[2]).value_or(0) * op->type.bytes();
        if (bytes % row_bytes != 0 || bytes == 0 || bytes / row_bytes > most_rows) {
            throw std::runtime_error("prefetch: found " + std::to_string(bytes) +
                                     " bytes, expected whole vectors, at most " + std::to_string(most_rows));
        }
        const int elements = static_cast<int>(row_bytes) / op->type.bytes();
        const Expr rows = static_cast<int>(bytes / row_bytes);
        // An element less touches the same lines of the cache, and Halide does not make one run of such rows again.
        return Call::make(op->type, Call::prefetch, {op->args[0], op->args[1], elements - 1, 1, rows, elements},
                          op->call_type);
    }
};

} // namespace

std::shared_ptr<IRMutator> fetch_rows() { return std::make_shared<FetchRows>(); }

} // namespace nibble::hexagon
