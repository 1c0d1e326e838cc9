// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/splat_stores.h"

#include <optional>

namespace nibble::hexagon {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int vector_bytes = 128;

/// The byte that all bytes of the integer constant are.
std::optional<int> repeated_byte(const Expr &value) {
    const auto *as_signed = value.as<IntImm>();
    const auto *as_unsigned = value.as<UIntImm>();
    if (as_signed == nullptr && as_unsigned == nullptr) {
        return std::nullopt;
    }
    const uint64_t bits = as_signed != nullptr ? static_cast<uint64_t>(as_signed->value) : as_unsigned->value;
    for (int i = 1; i < value.type().bytes(); i++) {
        if ((bits >> (8 * i) & 0xff) != (bits & 0xff)) {
            return std::nullopt;
        }
    }
    return static_cast<int>(bits & 0xff);
}

class SplatStores : public IRMutator {
protected:
    using IRMutator::visit;

    Stmt visit(const Store *op) override {
        const auto *splat = op->value.as<Broadcast>();
        const Type type = op->value.type();
        const auto byte = splat != nullptr ? repeated_byte(splat->value) : std::nullopt;
        const int bytes = type.bytes() * type.lanes();
        if (!byte || bytes % vector_bytes != 0) {
            return IRMutator::visit(op);
        }
        // The byte in each of a word's four, by an instruction.
        const Expr word = Call::make(Int(32), "halide.hexagon.dup4.b", {make_const(UInt(8), *byte)}, Call::PureExtern);
        const Expr value = reinterpret(type, Broadcast::make(word, bytes / 4));
        return Store::make(op->name, value, op->index, op->param, op->predicate, op->alignment);
    }
};

} // namespace

std::shared_ptr<IRMutator> splat_stores() { return std::make_shared<SplatStores>(); }

} // namespace nibble::hexagon
